'use strict';
/* Search (handlers/README.md, site): what is found and shown, who may find it, filters and pages, and that what is typed
 * is never anything but words. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, PARAM, LOGGED_OUT } = require('../harness/client.js');
const { until } = require('../harness/wait.js');

const SEARCH = 'GET /search';
let server, f;
before(async () => {
    server = await startServer({ set: { recall_seconds: 1000 } });
    f = freeim(server);
});
after(() => server?.stop());

const search = (who, q, more) => who.ok(SEARCH, { q, type: 'messages', ...more });
const bodies = (section) => section.items.map((one) => one.message.body);
const find = async (who, q, more) => bodies((await search(who, q, more)).messages);
/* Everything said before is in the index once the last of it is. */
const indexed = (who, message, q) =>
    until(
        async () => (await search(who, q, { from: message.fromId })).messages.items[0]?.message.id === message.id,
        `message ${message.id} to be found by "${q}"`,
    );
/* The hits of a highlight, cut out of its text. */
const marked = ({ text, ranges }) => ranges.map(([start, end]) => Array.from(text).slice(start, end).join(''));

describe('messages', () => {
    let alice, bob, carol, group;
    before(async () => {
        [alice, bob, carol] = await f.people('find', 3);
        group = await f.group(alice, [bob], { name: '项目组' });
        await alice.say(bob, '我们明天在上海市开会 👍');
        await bob.say(alice, 'Crème brûlée at ｉＰｈｏｎｅ店');
        await alice.say(group, 'Deployment moved to Thursday: https://ci.example/42');
        await alice.say(carol, '上海見');
        const last = await bob.say(group, '食べる 한국어 done');
        await indexed(bob, last, 'done');
    });

    const rows = [
        ['one character', '会', [0], ['会']],
        ['one character inside a word', '海', [0], ['海']],
        ['two characters', '上海', [0], ['上海']],
        ['three characters', '上海市', [0], ['上海市']],
        ['two words of a sentence', '开会 明天', [0], ['明天', '开会']],
        ['characters in another order', '海上', []],
        ['an emoji', '👍', [0], ['👍']],
        ['without accents', 'creme brulee', [1], ['Crème', 'brûlée']],
        ['full-width letters', 'iphone店', [1], ['ｉＰｈｏｎｅ店']],
        ['in capitals', 'THURSDAY', [2], ['Thursday']],
        ['a word being typed', 'deplo', [2], ['Deployment']],
        ['a word typed to its end', 'deplo ', []],
        ['too few letters', 'de', []],
        ['a phrase', '"moved to"', [2], ['moved to']],
        ['a phrase in another order', '"to moved"', []],
        ['part of an address', 'ci.example', [2], ['ci.example']],
        ['Japanese', '食べ', [3], ['食べ']],
        ['Korean', '국어', [3], ['국어']],
        ['a word nobody said', '北京', []],
        ['half of what is asked', '上海 北京', []],
        ['punctuation', '?!', []],
    ];
    const said = [
        '我们明天在上海市开会 👍',
        'Crème brûlée at ｉＰｈｏｎｅ店',
        'Deployment moved to Thursday: https://ci.example/42',
        '食べる 한국어 done',
    ];
    for (const [name, q, want, hits] of rows)
        test(`${name}: ${q}`, async () => {
            const { messages } = await search(bob, q);
            assert.deepEqual(
                bodies(messages),
                want.map((i) => said[i]),
            );
            if (want.length > 0) assert.deepEqual(marked(messages.items[0].highlight), hits);
            assert.deepEqual([messages.cursor, messages.building], [null, false]);
        });

    test('each with its conversation, as the finder has it', async () => {
        const one = async (who, q) => (await search(who, q)).messages.items[0].conversation;
        assert.deepEqual(await one(bob, '开会'), { ope: 'friend', targetId: alice.id, name: alice.name, avatar: '' });
        assert.deepEqual(await one(alice, '开会'), { ope: 'friend', targetId: bob.id, name: bob.name, avatar: '' });
        assert.deepEqual(await one(alice, '한국'), { ope: 'group', targetId: group.id, name: '项目组', avatar: '' });
    });

    const syntax = ['"', '""', '" OR "', 'a OR b', 'NOT', 'NEAR(上海)', 'text:上海', '上海*', '^上海', '-上海', '{text}:x', "'; --", '\\', '%', '_',
        '(', ')', '+', 'u10000000', '\u0001u10000000', '"\u0001g1"'];
    test('no text is syntax: every one is answered, and marks of ours are nobody else’s words', async () => {
        for (const q of syntax) {
            const { messages } = await search(bob, q);
            const sees = q.includes('上海') && !/NEAR|text/.test(q);
            assert.equal(messages.items.length, sees ? 1 : 0, `q = ${q}`);
        }
    });

    test('a recalled message is not found from that moment on', async () => {
        const secret = await alice.say(bob, '这是秘密');
        await indexed(bob, secret, '秘密');
        await alice.ok('POST /chat/revocation', { toId: bob.id, id: secret.id, ope: 'friend' });
        assert.deepEqual(await find(bob, '秘密'), []);
        assert.deepEqual(await find(alice, '秘密'), []);
    });

    test('a long text is shown around the hit', async () => {
        const long = `${'字'.repeat(500)}needle${'字'.repeat(500)}`;
        await indexed(bob, await alice.say(bob, long), 'needle');
        const { highlight, message } = (await search(bob, 'needle')).messages.items[0];
        assert.equal(message.body, long);
        assert.deepEqual([highlight.cutStart, highlight.cutEnd], [true, true]);
        assert.ok(Array.from(highlight.text).length <= 200);
        assert.deepEqual(marked(highlight), ['needle']);
    });

    test('nobody else finds them', async () => {
        assert.deepEqual(await find(carol, '上海'), ['上海見']);
        for (const more of [{ in: bob.id }, { in: group.id }, { from: bob.id }, { in: alice.id, from: bob.id }])
            assert.deepEqual(await find(carol, '开会', more), []);
        for (const more of [{ from: bob.id }, { has: 'link' }])
            assert.deepEqual(bodies((await carol.ok(SEARCH, { type: 'messages', ...more })).messages), []);
        for (const type of ['all', 'files']) {
            const answer = await carol.call(SEARCH, { q: '开会', type });
            assert.ok(!answer.text.includes('上海市'), answer.text);
        }
    });
});

describe('filters and pages', () => {
    let alice, bob, carol, group, sent;
    before(async () => {
        [alice, bob, carol] = await f.people('filter', 3);
        group = await f.group(alice, [bob, carol], { name: 'tea' });
        sent = [];
        for (let i = 0; i < 25; i++) {
            const [from, to] = [[alice, bob], [bob, alice], [carol, group], [bob, group], [alice, carol]][i % 5];
            sent.push(await from.say(to, `tea ${i}${i % 5 === 3 ? ' http://tea.example' : ''}`));
        }
        await indexed(alice, sent[24], 'tea');
    });
    const numbers = (list) => list.map((body) => Number(/\d+/.exec(body)[0]));
    const where = (test) => sent.map((_, i) => i).filter(test).reverse();

    /* Fractions of a second lose their zeros: as text they have no order. */
    const at = (i) => Date.parse(sent[i].createdAt);

    const rows = [
        ['from', () => ({ from: bob.id }), (i) => i % 5 === 1 || i % 5 === 3],
        ['from oneself', () => ({ from: alice.id }), (i) => i % 5 === 0 || i % 5 === 4],
        ['in a person', () => ({ in: bob.id }), (i) => i % 5 <= 1],
        ['in a group', () => ({ in: group.id }), (i) => i % 5 === 2 || i % 5 === 3],
        ['from and in', () => ({ from: bob.id, in: group.id }), (i) => i % 5 === 3],
        ['has a link', () => ({ has: 'link' }), (i) => i % 5 === 3],
        ['before', () => ({ before: Date.parse(sent[10].createdAt) }), (i) => at(i) < at(10)],
        ['after', () => ({ after: Date.parse(sent[10].createdAt) }), (i) => at(i) >= at(10)],
    ];
    for (const [name, more, fits] of rows)
        test(name, async () => assert.deepEqual(numbers(await find(alice, 'tea', { limit: 100, ...more() })), where(fits)));

    test('pages hang together', async () => {
        const seen = [];
        for (let cursor, pages = 0; cursor !== null; pages++) {
            assert.ok(pages < 5);
            const { messages } = await search(alice, 'tea', { limit: 7, ...(cursor ? { cursor } : {}) });
            seen.push(...numbers(bodies(messages)));
            cursor = messages.cursor;
        }
        assert.deepEqual(seen, where(() => true));
    });

    test('from a hit into its place', async () => {
        const hit = (await search(alice, '"tea 11"')).messages.items[0];
        assert.deepEqual([hit.conversation.targetId, hit.message.seq], [bob.id, 6]);
        const around = await alice.history(hit.conversation.targetId, { aroundSeq: hit.message.seq, limit: 5 });
        assert.deepEqual(
            around.items.map((one) => one.seq),
            [4, 5, 6, 7, 8],
        );
        assert.equal(around.items[2].id, hit.message.id);
        const at = async (aroundSeq, limit) => (await alice.history(bob, { aroundSeq, limit })).items.map((one) => one.seq);
        assert.deepEqual(await at(1, 4), [1, 2, 3, 4]);
        assert.deepEqual(await at(10, 4), [7, 8, 9, 10]);
        assert.deepEqual(await at(9, 1), [9]);
        assert.deepEqual((await at(5, 500)).length, 10);
    });
});

describe('uploads, people and groups', () => {
    let alice, bob, carol, photo, report;
    before(async () => {
        [alice, bob, carol] = await f.people('sort', 3);
        await f.befriend(alice, bob);
        const extra = (value) => ({ extra: JSON.stringify(value) });
        photo = await alice.say(bob, 'http://a/p.png', { type: 'pic', ...extra({ name: '假期.png', caption: 'Mountain lake' }) });
        report = await bob.say(alice, 'http://a/r.pdf', { type: 'file', ...extra({ name: 'Mountain report.pdf' }) });
        await indexed(alice, report, 'report');
    });
    const ids = (section) => section.items.map((one) => one.message.id);

    test('uploads by name and caption', async () => {
        const files = async (more) => ids((await alice.ok(SEARCH, { type: 'files', ...more })).files);
        assert.deepEqual(await files({ q: 'mountain' }), [report.id, photo.id]);
        assert.deepEqual(await files({}), [report.id, photo.id]);
        assert.deepEqual(await files({ q: '假期' }), [photo.id]);
        assert.deepEqual(await files({ has: 'file' }), [report.id]);
        assert.deepEqual(await files({ q: 'a' }), []);
        assert.deepEqual(ids((await alice.ok(SEARCH, { q: 'lake', type: 'messages', has: 'picture' })).messages), [photo.id]);
        assert.deepEqual(ids((await alice.ok(SEARCH, { q: 'lake', type: 'messages', has: 'video' })).messages), []);
    });

    test('friends, people of my groups, and the stranger who goes by just that name', async () => {
        const people = async (who, q) =>
            (await who.ok(SEARCH, { q, type: 'people' })).people.items.map((one) => [one.account.id, one.relation]);
        await alice.ok('PUT /friends/remark', { toId: bob.id, remark: '老王' });
        assert.deepEqual(await people(alice, '王'), [[bob.id, 'friend']]);
        assert.deepEqual(await people(alice, bob.name.slice(0, 3)), [[bob.id, 'friend']]);
        assert.deepEqual(await people(alice, carol.name.slice(0, -1)), [[bob.id, 'friend']]);
        assert.deepEqual(await people(alice, carol.name), [[carol.id, 'stranger']]);
        assert.deepEqual(await people(bob, '王'), []);
        await f.group(alice, [carol]);
        assert.deepEqual(await people(alice, carol.name), [[carol.id, 'group']]);
        const { people: found } = await alice.ok(SEARCH, { q: '老王', type: 'people' });
        assert.deepEqual([found.items[0].remark, marked(found.items[0].highlight)], ['老王', ['老王']]);
    });

    test('who is out of the directory is found by friends and in groups, by no stranger', async () => {
        const [hidden, friend, mate, stranger] = await f.people('hide', 4);
        await f.befriend(hidden, friend);
        await f.group(mate, [hidden]);
        await hidden.ok('PUT /settings', { directory: 0 });
        const seen = async (who) =>
            (await who.ok(SEARCH, { q: hidden.name, type: 'people' })).people.items.map((one) => [one.account.id, one.relation]);
        assert.deepEqual(await seen(stranger), []);
        assert.deepEqual((await stranger.ok(SEARCH, { q: String(hidden.id), type: 'people' })).people.items, []);
        assert.deepEqual(await seen(friend), [[hidden.id, 'friend']]);
        assert.deepEqual(await seen(mate), [[hidden.id, 'group']]);
        await hidden.ok('PUT /settings', { directory: 1 });
        assert.deepEqual(await seen(stranger), [[hidden.id, 'stranger']]);
    });

    test('groups by name, mine first', async () => {
        await f.group(carol, [], { name: '周末爬山' });
        const mine = await f.group(alice, [], { name: '爬山 Climbers' });
        const { groups } = await alice.ok(SEARCH, { q: '爬山', type: 'groups' });
        assert.deepEqual(
            groups.items.map((one) => [one.group.name, one.member, marked(one.highlight)]),
            [
                ['爬山 Climbers', true, ['爬山']],
                ['周末爬山', false, ['爬山']],
            ],
        );
        assert.equal(groups.items[0].group.id, mine.id);
    });

    test('all of them at once', async () => {
        const found = await alice.ok(SEARCH, { q: 'mountain' });
        assert.deepEqual(Object.keys(found).sort(), ['files', 'groups', 'messages', 'people']);
        assert.deepEqual(ids(found.messages), [report.id, photo.id]);
        const strangers = await alice.ok(SEARCH, { q: carol.name });
        assert.ok(!strangers.people.items.some((one) => one.relation === 'stranger'));
    });
});

describe('refused', () => {
    let alice;
    before(async () => {
        [alice] = await f.people('refuse', 1);
    });
    const bad = [
        {},
        { type: 'messages' },
        { type: 'people', from: 10000000 },
        { type: 'groups', q: '' },
        { q: 'x', type: 'everything' },
        { q: 'x', has: 'cake' },
        { q: 'x', limit: 0 },
        { q: 'x', limit: 101 },
        { q: 'x', from: 'bob' },
        { q: 'x', before: 'yesterday' },
        { q: 'x'.repeat(201) },
    ];
    for (const fields of bad)
        test(JSON.stringify(fields).slice(0, 60), async () => {
            const { body } = await alice.call(SEARCH, fields);
            assert.deepEqual([body.code, body.message], [1, PARAM]);
        });
    test('without a token', async () => {
        const { body } = await alice.call(SEARCH, { q: 'x' }, { token: '' });
        assert.equal(body.message, LOGGED_OUT);
    });
});

test('what was sent before a crash is found after it', async () => {
    const [alice, bob] = await f.people('crash', 2);
    const sent = await Promise.all(Array.from({ length: 40 }, (_, i) => alice.say(bob, `survivor ${i}`)));
    await server.kill9();
    await server.start();
    const found = await until(async () => {
        const list = await find(bob, 'survivor', { limit: 100 });
        return list.length >= sent.length && list;
    }, 'all 40 to be found');
    assert.equal(new Set(found).size, 40);
});

test('as fast as somebody types, and no faster for ever', async () => {
    const strict = await startServer({ set: { rate_limits: 'on' } });
    try {
        const [alice] = await freeim(strict).people('fast', 1);
        const answers = await Promise.all(Array.from({ length: 400 }, () => alice.call(SEARCH, { q: 'x', type: 'groups' })));
        const refused = answers.filter((one) => one.status === 429);
        assert.ok(answers.filter((one) => one.status === 200).length >= 60);
        assert.ok(refused.length > 0 && Number(refused[0].headers['retry-after']) >= 1);
    } finally {
        await strict.stop();
    }
});
