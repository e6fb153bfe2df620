'use strict';
/* freeim 聊天, reading: pages by number, by seq and by id, what recall does to them, and what a member may see. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, ENCODINGS } = require('../harness/client.js');
const { missing: noSql, sql } = require('../harness/sql.js');

const NOT_MEMBER = '你不是是此群聊成员';
const PARAM = '参数不合法';
const KINDS = ['text', 'pic', 'voice', 'video', 'geo', 'file'];

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const upTo = (from, to) => Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
const bodies = (page) => page.items.map((one) => one.body);
/* The texts, and of the server's notices their type. */
const words = (page) => page.items.map((one) => (one.ope === 'system' ? one.type : one.body));
const numbers = (page) => page.items.map((one) => one.seq);
const recall = (person, id) => person.ok('POST /chat/revocation', { toId: 1, id, ope: 'friend' });

describe('pages of 130 messages', () => {
    let alice, bob, sent;
    before(async () => {
        [alice, bob] = await f.people('page', 2);
        sent = [];
        for (let i = 1; i <= 130; i++)
            sent.push(await (i % 3 ? alice : bob).say(i % 3 ? bob : alice, `m${i}`, { type: KINDS[i % 6] }));
    });
    const names = (from, to, step = 1) => (step > 0 ? upTo(from, to) : upTo(to, from).reverse()).map((i) => `m${i}`);

    test('the default is the oldest 50, and total counts all', async () => {
        for (const who of [alice, bob]) {
            const page = await who.history(who === alice ? bob : alice);
            assert.deepEqual([bodies(page), page.total], [names(1, 50), 130]);
            assert.deepEqual(
                page.items.map((one) => one.self),
                page.items.map((one) => one.fromId === who.id),
            );
        }
    });

    const pages = [
        [{ page: 2 }, 51, 100],
        [{ page: 3 }, 101, 130],
        [{ page: 4 }, 1, 0],
        [{ page: 1000000000 }, 1, 0],
        [{ page: 0 }, 1, 50],
        [{ page: -7 }, 1, 50],
        [{ limit: 1 }, 1, 1],
        [{ limit: -1 }, 1, 1],
        [{ limit: 500 }, 1, 130],
        [{ limit: 1000000000 }, 1, 130],
        [{ limit: 7, page: 3 }, 15, 21],
        [{ limit: 129, page: 2 }, 130, 130],
        [{ limit: 1000000000, page: 1000000000 }, 1, 0],
        [{ sort: 'id:asc' }, 1, 50],
        [{ sort: 'createdAt:asc' }, 1, 50],
        [{ sort: 'seq:asc' }, 1, 50],
        [{ sort: 'id:desc' }, 130, 81, -1],
        [{ sort: 'createdAt:desc' }, 130, 81, -1],
        [{ sort: 'seq:desc' }, 130, 81, -1],
        [{ sort: 'id:desc', page: 3 }, 30, 1, -1],
        [{ sort: 'id:desc', limit: 1 }, 130, 130, -1],
        [{ sort: 'id:desc', limit: 40, page: 2 }, 90, 51, -1],
        [{ sort: 'id:desc|createdAt:asc' }, 130, 81, -1],
        [{ sort: 'created_at:desc' }, 130, 81, -1],
    ];
    for (const [query, from, to, step] of pages)
        test(`${JSON.stringify(query)} is ${from} to ${to}`, async () => {
            const page = await bob.history(alice, query);
            assert.deepEqual([bodies(page), page.total], [names(from, to, step), 130]);
        });

    test('the clamps hold for enormous numbers, and the answer is no larger than 500', async () => {
        for (const limit of ['999999999', '1000000000'])
            assert.ok((await bob.history(alice, { limit })).items.length <= 500);
    });

    for (const as of ENCODINGS)
        test(`the query is read as ${as} too`, async () => {
            const page = await bob.ok('GET /chat/messages', { toId: alice.id, sort: 'id:desc', limit: 2 }, { as });
            assert.deepEqual(bodies(page), ['m130', 'm129']);
        });

    test('by seq, upwards and downwards', async () => {
        const numbersOf = async (query) => numbers(await bob.history(alice, query));
        assert.deepEqual(await numbersOf({ afterSeq: 0, limit: 500 }), upTo(1, 130));
        assert.deepEqual(await numbersOf({ afterSeq: 100 }), upTo(101, 130));
        assert.deepEqual(await numbersOf({ afterSeq: 100, limit: 5 }), upTo(101, 105));
        assert.deepEqual(await numbersOf({ afterSeq: 130 }), []);
        assert.deepEqual(await numbersOf({ afterSeq: 999999 }), []);
        assert.deepEqual(await numbersOf({ beforeSeq: 10 }), upTo(1, 9));
        assert.deepEqual(await numbersOf({ beforeSeq: 1 }), []);
        assert.deepEqual(await numbersOf({ beforeSeq: 100, sort: 'seq:desc', limit: 3 }), [99, 98, 97]);
        assert.deepEqual(await numbersOf({ afterSeq: 20, beforeSeq: 24 }), [21, 22, 23]);
        assert.deepEqual(await numbersOf({ afterSeq: 20, sort: 'seq:desc', limit: 2 }), [130, 129]);
    });

    test('by id, upwards and downwards', async () => {
        const bodiesOf = async (query) => bodies(await alice.history(bob, query));
        assert.deepEqual(await bodiesOf({ afterId: sent[99].id }), names(101, 130));
        assert.deepEqual(await bodiesOf({ beforeId: sent[9].id }), names(1, 9));
        assert.deepEqual(await bodiesOf({ beforeId: sent[9].id, sort: 'id:desc', limit: 2 }), ['m9', 'm8']);
        assert.deepEqual(await bodiesOf({ afterId: sent[9].id, beforeId: sent[12].id }), ['m11', 'm12']);
    });

    test('an id of another conversation, or of none, tells nothing', async () => {
        const [carol, dave] = await f.people('other', 2);
        const secret = await carol.say(dave, 'secret');
        for (const id of [secret.id, 999999999])
            for (const key of ['beforeId', 'afterId']) {
                const answer = await alice.call('GET /chat/messages', { toId: bob.id, [key]: id });
                assert.equal(answer.body.code, 1, answer.text);
                assert.ok(!answer.text.includes('secret'));
            }
    });

    for (const type of KINDS)
        test(`only ${type}`, async () => {
            const want = upTo(1, 130)
                .filter((i) => KINDS[i % 6] === type)
                .map((i) => `m${i}`);
            const first = await bob.history(alice, { messageType: type, limit: 10 });
            assert.deepEqual([bodies(first), first.total], [want.slice(0, 10), want.length]);
            assert.deepEqual(
                bodies(await bob.history(alice, { messageType: type, limit: 10, page: 2 })),
                want.slice(10, 20),
            );
            assert.deepEqual(
                bodies(await bob.history(alice, { messageType: type, sort: 'id:desc', limit: 3 })),
                want.slice(-3).reverse(),
            );
        });
});

describe('from a time on', () => {
    const DAY = 24 * 3600 * 1000;
    const start = Date.parse('2025-03-01T12:00:00Z');
    /* Message i was said on day i, by turns; 4 and 5 at the same moment, nothing on day 7. */
    const days = [0, 1, 2, 3, 3, 5, 6, 8, 9];
    const at = (i) => start + days[i - 1] * DAY;
    let alice, bob;
    before(async () => {
        [alice, bob] = await f.people('since', 2);
        for (let i = 1; i <= 9; i++) await (i % 2 ? alice : bob).say(i % 2 ? bob : alice, `day${i}`);
        if (noSql) return;
        sql(server, days.map((_, i) => `UPDATE messages SET created_at_ms = ${at(i + 1)} WHERE body = 'day${i + 1}';`).join(' '));
    });
    const first = async (who, sinceAt, more = {}) =>
        numbers(await who.history(who === alice ? bob : alice, { sort: 'seq:asc', limit: 1, sinceAt, ...more }));

    test('the first message at that moment or later', { skip: noSql }, async () => {
        for (const who of [alice, bob]) {
            assert.deepEqual(await first(who, at(1) - 1), [1]);
            for (const i of [1, 2, 3, 4, 6, 7, 8, 9]) assert.deepEqual(await first(who, at(i)), [i], `the moment of ${i}`);
            assert.deepEqual(await first(who, at(5)), [4], 'two at one moment');
            assert.deepEqual(await first(who, at(3) + 1), [4]);
            assert.deepEqual(await first(who, at(7) + 1), [8], 'a day without any');
            assert.deepEqual(await first(who, at(9) + 1), []);
            assert.deepEqual(await first(who, 0), [1]);
        }
    });

    test('it narrows every other question, and total still counts all', { skip: noSql }, async () => {
        const page = await bob.history(alice, { sinceAt: at(6) });
        assert.deepEqual([bodies(page), page.total], [['day6', 'day7', 'day8', 'day9'], 9]);
        assert.deepEqual(await first(bob, at(4), { limit: 9, beforeSeq: 7 }), [4, 5, 6]);
        assert.deepEqual(await first(bob, at(4), { limit: 9, afterSeq: 6 }), [7, 8, 9]);
        assert.deepEqual(await first(bob, at(4), { limit: 2, sort: 'seq:desc' }), [9, 8]);
        assert.deepEqual(await first(bob, at(4), { limit: 3, page: 2 }), [7, 8, 9]);
    });

    test('what is no time is refused', async () => {
        for (const sinceAt of ['yesterday', -1, '1.5', 1e15, '2025-03-01']) {
            const answer = await bob.call('GET /chat/messages', { toId: alice.id, sinceAt });
            assert.equal(answer.body.code, 1, `${sinceAt}: ${answer.text}`);
            assert.equal(answer.body.result?.error, 'bad_field', answer.text);
        }
    });

    test('never what came before joining, or was cleared', { skip: noSql }, async () => {
        const [owner, late] = await f.people('sinceg', 2);
        const group = await f.group(owner, [], { enbaleBeforeMsg: 0 });
        await owner.say(group, 'before anybody came');
        await f.admit(owner, group, late);
        await owner.say(group, 'after');
        sql(server, `UPDATE messages SET created_at_ms = ${start} WHERE body = 'before anybody came';`);
        assert.deepEqual(words(await owner.history(group.id, { sort: 'seq:asc', limit: 1, sinceAt: start })), ['before anybody came']);
        assert.deepEqual(words(await late.history(group.id, { sort: 'seq:asc', limit: 1, sinceAt: start })), ['groupJoin']);
        await late.ok(`POST /conversations/group/${group.id}/clear`);
        assert.deepEqual(words(await late.history(group.id, { sort: 'seq:asc', limit: 1, sinceAt: start })), []);
        const [eve] = await f.people('sincee', 1);
        await eve.refused('GET /chat/messages', { toId: group.id, sinceAt: start }, NOT_MEMBER, { error: 'not_member' });
        assert.deepEqual(await eve.history(alice, { sinceAt: start }), { items: [], total: 0 });
    });
});

describe('recalled messages', () => {
    /* 60 messages, every seventh and a run of ten recalled: the model every listing is held against. */
    let alice, bob, model;
    before(async () => {
        [alice, bob] = await f.people('hole', 2);
        model = [];
        for (let i = 1; i <= 60; i++)
            model.push({ ...(await alice.say(bob, `h${i}`)), gone: i % 7 === 0 || (i > 30 && i <= 40) });
        for (const one of model.filter((m) => m.gone)) await recall(alice, one.id);
    });
    const left = () => model.filter((one) => !one.gone);

    test('are left out of pages, and total counts what is left', async () => {
        for (const limit of [1, 3, 7, 10, 50, 500]) {
            const seen = [];
            for (let page = 1; ; page++) {
                const got = await bob.history(alice, { limit, page });
                assert.equal(got.total, left().length);
                if (got.items.length === 0) break;
                assert.ok(
                    got.items.length === limit || seen.length + got.items.length === left().length,
                    'a page is full but the last',
                );
                seen.push(...bodies(got));
            }
            assert.deepEqual(
                seen,
                left().map((one) => one.body),
                `pages of ${limit}`,
            );
        }
    });

    test('downwards too', async () => {
        for (const limit of [1, 4, 9, 50]) {
            const seen = [];
            for (let page = 1; ; page++) {
                const got = await bob.history(alice, { limit, page, sort: 'id:desc' });
                if (got.items.length === 0) break;
                seen.push(...bodies(got));
            }
            assert.deepEqual(
                seen,
                left()
                    .map((one) => one.body)
                    .reverse(),
                `pages of ${limit}`,
            );
        }
    });

    test('stand blank in a listing by seq, so that no number is missing', async () => {
        const page = await bob.history(alice, { afterSeq: 0, limit: 500 });
        assert.deepEqual(numbers(page), upTo(1, 60));
        assert.equal(page.total, left().length);
        page.items.forEach((one, i) =>
            assert.deepEqual([one.status, one.body], model[i].gone ? ['revocation', ''] : ['normal', model[i].body]),
        );
    });

    test('200 random questions agree with the model', async () => {
        let state = 20240229;
        const random = (n) => (state = (state * 1103515245 + 12345) % 2147483648) % n;
        for (let round = 0; round < 200; round++) {
            const bySeq = random(2) === 1;
            const desc = random(2) === 1;
            const [limit, page] = [1 + random(20), 1 + random(5)];
            const query = { limit, page, sort: `id:${desc ? 'desc' : 'asc'}` };
            const above = random(2) ? random(62) : 0;
            const below = random(2) ? 1 + random(62) : 0;
            if (bySeq) Object.assign(query, { afterSeq: above }, below ? { beforeSeq: below } : {});
            else
                Object.assign(
                    query,
                    above > 0 && above <= 60 ? { afterId: model[above - 1].id } : {},
                    below > 0 && below <= 60 ? { beforeId: model[below - 1].id } : {},
                );
            const inside = model.filter((one) => {
                const isAbove = bySeq ? one.seq > above : !query.afterId || one.seq > above;
                const isBelow = bySeq ? !below || one.seq < below : !query.beforeId || one.seq < below;
                return isAbove && isBelow && (bySeq || !one.gone);
            });
            const want = (desc ? inside.reverse() : inside)
                .slice((page - 1) * limit, page * limit)
                .map((one) => one.seq);
            assert.deepEqual(numbers(await bob.history(alice, query)), want, JSON.stringify(query));
        }
    });
});

describe('groups', () => {
    test('a member sees what all members wrote', async () => {
        const [alice, bob, carol] = await f.people('all', 3);
        const group = await f.group(alice, [bob, carol]);
        for (const one of [alice, bob, carol, alice]) await one.say(group, one.name);
        for (const one of [alice, bob, carol]) {
            const page = await one.history(group.id);
            /* Who came in is told to those who were there, and to oneself. */
            const came = one === carol ? [carol] : [bob, carol];
            const told = page.items.splice(0, came.length);
            assert.deepEqual(
                told.map((item) => [item.ope, item.type, JSON.parse(item.body).accountId, item.self]),
                came.map((who) => ['system', 'groupJoin', who.id, one === alice]),
            );
            assert.deepEqual(bodies(page), [alice.name, bob.name, carol.name, alice.name]);
            assert.equal(page.total, came.length + 4);
            assert.deepEqual(
                page.items.map((item) => item.self),
                page.items.map((item) => item.fromId === one.id),
            );
        }
    });

    test('nobody else sees anything', async () => {
        const [alice, bob, eve] = await f.people('closed', 3);
        const group = await f.group(alice, [bob]);
        const message = await alice.say(group, 'members only');
        await eve.refused('GET /chat/messages', { toId: group.id }, NOT_MEMBER, { error: 'not_member' });
        for (const query of [{ afterSeq: 0 }, { afterId: message.id }, { messageType: 'text' }]) {
            const answer = await eve.refused('GET /chat/messages', { toId: group.id, ...query }, NOT_MEMBER);
            assert.ok(!answer.text.includes('members only'));
        }
        await eve.ok('POST /chatGroups/join', { groupId: group.id, reason: '' });
        await eve.refused('GET /chat/messages', { toId: group.id }, NOT_MEMBER);
        await eve.refused('GET /chat/messages', { toId: 9999999 }, '群聊不存在');
    });

    for (const open of [0, 1])
        test(`who comes late ${open ? 'sees' : 'does not see'} what was said before with enbaleBeforeMsg=${open}`, async () => {
            const [alice, bob, late] = await f.people('late', 3);
            const group = await f.group(alice, [bob], { enbaleBeforeMsg: open });
            const early = [];
            for (let i = 1; i <= 5; i++) early.push(await alice.say(group, `early${i}`));
            await recall(alice, early[1].id);
            await f.admit(alice, group, late);
            for (let i = 6; i <= 8; i++) await bob.say(group, `later${i}`);

            /* 1 is bob's coming in, 2 to 6 early, 7 that of the late one, 8 to 10 later. */
            const first = open ? 1 : 7;
            const plain = [
                ...(open ? ['groupJoin', 'early1', 'early3', 'early4', 'early5'] : []),
                ...['groupJoin', 'later6', 'later7', 'later8'],
            ];
            const page = await late.history(group.id);
            assert.deepEqual([words(page), page.total], [plain, plain.length]);
            assert.deepEqual(numbers(await late.history(group.id, { afterSeq: 0 })), upTo(first, 10));
            assert.deepEqual(numbers(await late.history(group.id, { afterSeq: 2 })), upTo(Math.max(3, first), 10));
            assert.deepEqual(
                numbers(await late.history(group.id, { beforeSeq: 5, sort: 'seq:desc' })),
                open ? [4, 3, 2, 1] : [],
            );
            assert.deepEqual(
                bodies(await late.history(group.id, { messageType: 'text', limit: 500 })),
                plain.filter((word) => word !== 'groupJoin'),
            );
            assert.deepEqual(
                words(await late.history(group.id, { sort: 'id:desc', limit: 2, page: 2 })),
                plain.slice().reverse().slice(2, 4),
            );
            const before = await late.call('GET /chat/messages', { toId: group.id, beforeId: early[4].id });
            assert.deepEqual(
                words({ items: before.body.result.items || [] }),
                open ? ['groupJoin', 'early1', 'early3', 'early4'] : [],
            );
            assert.equal((await alice.history(group.id)).total, 9);
        });
});

describe('nothing', () => {
    test('is what two strangers have said; an unknown person is an error', async () => {
        const [alice, bob] = await f.people('nothing', 2);
        assert.deepEqual(await alice.history(bob), { items: [], total: 0 });
        assert.deepEqual(await alice.history(bob, { afterSeq: 0 }), { items: [], total: 0 });
        await alice.refused('GET /chat/messages', { toId: 99999999 }, '账号不存在', { error: 'no_account' });
        const self = await alice.call('GET /chat/messages', { toId: alice.id });
        assert.equal(self.status, 200);
    });

    test('a third person sees nothing of two others', async () => {
        const [alice, bob, eve] = await f.people('third', 3);
        await alice.say(bob, 'between us');
        for (const [who, to] of [
            [eve, alice],
            [eve, bob],
        ])
            assert.deepEqual(await who.history(to), { items: [], total: 0 });
        await eve.say(alice, 'hello');
        assert.deepEqual(bodies(await eve.history(alice)), ['hello']);
        assert.deepEqual(bodies(await alice.history(eve)), ['hello']);
        assert.deepEqual(bodies(await alice.history(bob)), ['between us']);
    });

    test('an empty sort is a bad one, an empty type is none', async () => {
        const [alice, bob] = await f.people('blank', 2);
        await alice.say(bob, 'x');
        await alice.refused('GET /chat/messages', { toId: bob.id, sort: '' }, PARAM);
        assert.deepEqual(bodies(await alice.history(bob, { messageType: '', limit: '', page: '' })), ['x']);
    });
});

test('all of it is there after a restart and a crash', async () => {
    const [alice, bob] = await f.people('stays', 2);
    const group = await f.group(alice, [bob]);
    for (let i = 0; i < 10; i++) await (i % 2 ? alice : bob).say(i % 2 ? bob : alice, `d${i}`);
    const last = await bob.say(group, 'g');
    await recall(bob, last.id);
    const before = [await alice.history(bob, { afterSeq: 0 }), await bob.history(group.id, { afterSeq: 0 })];
    await server.restart();
    assert.deepEqual([await alice.history(bob, { afterSeq: 0 }), await bob.history(group.id, { afterSeq: 0 })], before);
    await server.kill9();
    await server.start();
    assert.deepEqual([await alice.history(bob, { afterSeq: 0 }), await bob.history(group.id, { afterSeq: 0 })], before);
});
