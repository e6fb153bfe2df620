'use strict';
/* Promises P2 to P6 under kill -9 (reliability.md section 3), in three rounds; test/crash/kill9.js is the long run. And the
 * checker itself: each fault it is there to find is planted once. */
const test = require('node:test');
const assert = require('node:assert/strict');
const { Checker, KINDS } = require('../crash/checker.js');
const { History, noticeId, shownMessage } = require('../crash/history.js');
const { Crash } = require('../crash/rounds.js');

test('nothing confirmed is lost, doubled or made up over three kills', async () => {
    const crash = new Crash({ rounds: 3, clients: 8, seed: 20, maxMs: 500 });
    let verdict;
    try {
        verdict = await crash.run();
    } finally {
        await crash.close(Boolean(verdict && verdict.isClean));
    }
    assert.deepEqual(verdict.examples, []);
    for (const kind of KINDS) assert.equal(verdict[kind], 0, kind);
    assert.ok(crash.history.acknowledged() > 100, crash.summary(verdict));
    const mutes = [...crash.history.sends.values()].filter((one) => one.isNotice && one.state === 'ok');
    assert.ok(mutes.length > 8, `no notice was left while the server was killed: ${mutes.length}`);
    assert.ok(
        crash.history.unknown > 0,
        `no request was under way when the server was killed: ${crash.summary(verdict)}`,
    );
});

/* A group of two with four messages and, as the fifth, a notice, all as it should be; then one thing is changed. */
function scene(change) {
    const [a, b] = [10000001, 10000002];
    const key = 'g5';
    const history = new History(null);
    const store = {
        conversations: [{ id: 7, key, lastSeq: 5 }],
        participants: [{ userId: a, conversationId: 7, readSeq: 3 }],
        messages: [],
        faults: [],
    };
    for (let n = 1; n <= 4; n++) {
        const send = history.newSend('a', a, 5, `text ${n}`, `a-${n}`);
        if (n < 4) history.acked(send, { id: 100 + n, seq: n });
        store.messages.push({
            id: 100 + n,
            conversationId: 7,
            seq: n,
            senderId: a,
            clientId: `a-${n}`,
            body: `text ${n}`,
            isNotice: false,
        });
    }
    const mute = history.newNotice('a', a, 5, 'groupBanned', b, 7);
    history.noticeAcked(mute);
    store.messages.push({ id: 105, conversationId: 7, seq: 5, senderId: a, clientId: mute.clientId, body: '', isNotice: true });
    const view = {
        userId: b,
        from: new Map(),
        seen: new Map([[key, store.messages.map(({ seq, id, clientId }) => ({ seq, id, clientId }))]]),
    };
    const read = store.messages.map(({ id, seq, senderId, clientId, body, isNotice }) => ({
        id,
        seq,
        senderId,
        clientId,
        body,
        isNotice,
    }));
    const it = { history, store, view, read, seen: view.seen.get(key), listed: { lastSeq: 5, readSeq: 0, unread: 4 } };
    change(it);
    const checker = new Checker(history)
        .take(store)
        .judgeSends()
        .judgeOrder()
        .judgeViews([view])
        .judgeRead(b, key, it.read)
        .judgeListed(b, key, it.listed);
    return checker.verdict;
}

test('the checker finds nothing where nothing is wrong', () => {
    assert.deepEqual(scene(() => {}).examples, []);
});

const PLANTED = [
    [
        'an acknowledged message is gone from the end',
        'lost',
        (it) => {
            it.store.messages.splice(2);
            it.store.conversations[0].lastSeq = 2;
        },
    ],
    [
        'an acknowledged message has another id',
        'lost',
        (it) => {
            it.store.messages[0].id = 99;
        },
    ],
    ['a message cannot be read through the API', 'lost', (it) => it.read.splice(1, 1)],
    [
        'one client id is stored twice',
        'duplicated',
        (it) => {
            it.store.messages[3].clientId = 'a-1';
        },
    ],
    [
        'a resend was answered with another message',
        'duplicated',
        (it) => it.history.sends.get('a-1').acks.push({ id: 150, seq: 9 }),
    ],
    [
        'a seq is missing in the store',
        'gaps',
        (it) => {
            it.store.messages[4].seq = 6;
        },
    ],
    [
        'the conversation says it is longer',
        'gaps',
        (it) => {
            it.store.conversations[0].lastSeq = 6;
        },
    ],
    ['a socket skipped a message', 'gaps', (it) => it.seen.splice(1, 1)],
    [
        'the list says another end',
        'gaps',
        (it) => {
            it.listed.lastSeq = 3;
        },
    ],
    [
        'something is stored that nobody sent',
        'phantom',
        (it) => {
            it.store.messages[3].clientId = 'x';
        },
    ],
    [
        'a stored text is not the one sent',
        'phantom',
        (it) => {
            it.store.messages[0].body = 'tex';
        },
    ],
    [
        'a refused message is stored',
        'phantom',
        (it) => {
            it.history.sends.get('a-4').state = 'fail';
        },
    ],
    ['a socket showed what is not stored', 'phantom', (it) => it.seen.push({ seq: 6, id: 106, clientId: 'a-6' })],
    [
        'the API shows another text',
        'phantom',
        (it) => {
            it.read[2].body = 'forged';
        },
    ],
    [
        'ids run against seqs',
        'reordered',
        (it) => {
            [it.store.messages[1], it.store.messages[2]] = [it.store.messages[2], it.store.messages[1]];
        },
    ],
    [
        'a later send stands earlier',
        'reordered',
        (it) => {
            it.history.sends.get('a-1').acks[0].seq = 3;
        },
    ],
    ['a socket showed a message late', 'reordered', (it) => it.seen.push(it.seen[0])],
    ['the API lists against the order', 'reordered', (it) => it.read.reverse()],
    [
        'a read position passes the end',
        'reads',
        (it) => {
            it.store.participants[0].readSeq = 6;
        },
    ],
    [
        'a read position lost what was confirmed',
        'reads',
        (it) => {
            it.store.participants[0].readSeq = 2;
        },
    ],
    [
        'the list counts the unread wrongly',
        'reads',
        (it) => {
            it.listed.unread = 3;
        },
    ],
    [
        'a confirmed notice is gone',
        'lost',
        (it) => {
            it.store.messages.splice(4);
            it.store.conversations[0].lastSeq = 4;
        },
    ],
    ['a notice cannot be read through the API', 'lost', (it) => it.read.splice(4, 1)],
    [
        'a notice is stored twice',
        'duplicated',
        (it) => {
            it.store.messages.push({ ...it.store.messages[4], id: 106, seq: 6 });
            it.store.conversations[0].lastSeq = 6;
        },
    ],
    [
        'a notice left out a seq',
        'gaps',
        (it) => {
            it.store.messages[4].seq = 6;
            it.store.conversations[0].lastSeq = 6;
        },
    ],
    ['a socket skipped a notice before a message', 'gaps', (it) => it.seen.splice(2, 3, { ...it.seen[4] })],
    [
        'a notice of what nobody did',
        'phantom',
        (it) => {
            it.store.messages[4].clientId = noticeId('groupBanned', 10000002, 8);
        },
    ],
    [
        'a notice of what was refused',
        'phantom',
        (it) => {
            it.history.sends.get(it.store.messages[4].clientId).state = 'fail';
        },
    ],
    [
        'a notice of what somebody else did',
        'phantom',
        (it) => {
            it.store.messages[4].senderId = 10000002;
        },
    ],
    [
        'a message stands where a notice should',
        'phantom',
        (it) => {
            it.store.messages[4].isNotice = false;
        },
    ],
    [
        'the API shows another notice',
        'phantom',
        (it) => {
            it.read[4].clientId = noticeId('groupBanned', 10000002, 9);
        },
    ],
    [
        'a notice stands before what was sent earlier',
        'reordered',
        (it) => {
            const [text, notice] = it.store.messages.slice(3);
            [text.seq, notice.seq] = [5, 4];
            it.store.messages.splice(3, 2, notice, text);
            it.history.acked(it.history.sends.get('a-4'), { id: 104, seq: 5 });
        },
    ],
    [
        'somebody reads what was said before they joined',
        'phantom',
        (it) => {
            it.history.newNotice('a', 10000001, 5, 'groupJoin', 10000002, 0).state = 'ok';
            for (const one of [it.store.messages[1], it.read[1], it.seen[1]])
                Object.assign(one, { clientId: noticeId('groupJoin', 10000002, 0), body: '', isNotice: true });
        },
    ],
    [
        'the list counts a notice as unread',
        'reads',
        (it) => {
            it.listed.unread = 5;
        },
    ],
    [
        'SQLite finds the store damaged',
        'broken',
        (it) => it.store.faults.push('row 4 missing from index messages_client'),
    ],
];

for (const [what, kind, change] of PLANTED)
    test(`the checker finds: ${what}`, () => {
        const verdict = scene(change);
        assert.ok(verdict[kind] > 0, `${kind} in ${JSON.stringify(verdict)}`);
    });

test('a notice shown by the API is known by what it tells', () => {
    const shown = { id: 3, seq: 2, fromId: 10000001, ope: 'system', type: 'groupBanned' };
    const body = '{"accountId":10000002,"isManager":0,"minute":7}';
    const known = { id: 3, seq: 2, senderId: 10000001, clientId: 'groupBanned 10000002 7', body: '', isNotice: true };
    assert.deepEqual(shownMessage({ ...shown, body }), known);
    const text = { id: 3, seq: 2, fromId: 10000001, ope: 'group', type: 'text', clientMsgId: 'a-1', body };
    assert.deepEqual(shownMessage(text), { ...known, clientId: 'a-1', body, isNotice: false });
});

test('the checker finds: a read position that fell', () => {
    const history = new History(null);
    const store = (readSeq) => ({
        conversations: [{ id: 7, key: 'g1', lastSeq: 1 }],
        participants: [{ userId: 10000001, conversationId: 7, readSeq }],
        messages: [],
        faults: [],
    });
    history.newSend('a', 10000001, 1, 'text', 'a-1');
    const checker = new Checker(history).take({
        ...store(1),
        messages: [
            { id: 1, conversationId: 7, seq: 1, senderId: 10000001, clientId: 'a-1', body: 'text', isNotice: false },
        ],
    });
    assert.equal(checker.verdict.reads, 0);
    assert.equal(checker.take(store(0)).verdict.reads, 1);
});
