'use strict';
/* Promises P2 to P6 under kill -9 (reliability.md section 3), in three rounds; test/crash/kill9.js is the long run. And the
 * checker itself: each fault it is there to find is planted once. */
const test = require('node:test');
const assert = require('node:assert/strict');
const { Checker, KINDS } = require('../crash/checker.js');
const { History } = require('../crash/history.js');
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
    assert.ok(
        crash.history.unknown > 0,
        `no request was under way when the server was killed: ${crash.summary(verdict)}`,
    );
});

/* Two people, one conversation of four messages, all as it should be; then one thing is changed. */
function scene(change) {
    const [a, b] = [10000001, 10000002];
    const key = `${a}-${b}`;
    const history = new History(null);
    const store = {
        conversations: [{ id: 7, key, lastSeq: 4 }],
        participants: [{ userId: a, conversationId: 7, readSeq: 3 }],
        messages: [],
        faults: [],
    };
    for (let n = 1; n <= 4; n++) {
        const send = history.newSend('a', a, b, `text ${n}`, `a-${n}`);
        if (n < 4) history.acked(send, { id: 100 + n, seq: n });
        store.messages.push({
            id: 100 + n,
            conversationId: 7,
            seq: n,
            senderId: a,
            clientId: `a-${n}`,
            body: `text ${n}`,
        });
    }
    const view = {
        userId: b,
        from: new Map(),
        seen: new Map([[key, store.messages.map(({ seq, id, clientId }) => ({ seq, id, clientId }))]]),
    };
    const read = store.messages.map(({ id, seq, clientId, body }) => ({
        id,
        seq,
        fromId: a,
        clientMsgId: clientId,
        body,
    }));
    const it = { history, store, view, read, seen: view.seen.get(key), listed: { lastSeq: 4, readSeq: 0, unread: 4 } };
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
            it.store.messages[3].seq = 5;
        },
    ],
    [
        'the conversation says it is longer',
        'gaps',
        (it) => {
            it.store.conversations[0].lastSeq = 5;
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
    ['a socket showed what is not stored', 'phantom', (it) => it.seen.push({ seq: 5, id: 105, clientId: 'a-5' })],
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
            it.store.participants[0].readSeq = 5;
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
        messages: [{ id: 1, conversationId: 7, seq: 1, senderId: 10000001, clientId: 'a-1', body: 'text' }],
    });
    assert.equal(checker.verdict.reads, 0);
    assert.equal(checker.take(store(0)).verdict.reads, 1);
});
