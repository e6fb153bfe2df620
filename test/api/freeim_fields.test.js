'use strict';
/* Every field of every landed row with values it must not take, in every encoding: always code 1 and the document's
 * word for it, never a 500, never a half-believed number. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, ENCODINGS, PARAM, urlencode, multipart } = require('../harness/client.js');

let server, f, alice, bob, group;
before(async () => {
    server = await startServer();
    f = freeim(server);
    [alice, bob] = await f.people('field', 2);
    group = await f.group(alice);
});
after(() => server?.stop());

const REQUIRED_ID = { type: 'id', required: true };
const ID = { type: 'id' };
const text = (max, required = false) => ({ type: 'text', max, required });
const oneOf = (required = true) => ({ type: 'enum', required });
const FLAG = { type: 'flag' };
const IDS = { type: 'ids' };
/* May be empty, must be there. */
const clearable = (max) => ({ type: 'text', max, present: true });
const degrees = (max, required = false) => ({ type: 'number', max, required });

const TO_ONE = [() => ({ toId: bob.id }), { toId: REQUIRED_ID }];
const ONE_GROUP = [() => ({ groupId: group.id }), { groupId: REQUIRED_ID }];
const ONE_MEMBER = [() => ({ groupId: group.id, toId: bob.id }), { groupId: REQUIRED_ID, toId: REQUIRED_ID }];
const FRIEND_GROUP = [() => ({ groupId: 1, members: [bob.id] }), { groupId: REQUIRED_ID, members: IDS }];

/* row -> [good fields, kinds]. */
const ROWS = {
    'GET /friends/search': [() => ({ account: 'x' }), { account: text(100, true) }],
    'POST /friends/add': [() => ({ toId: bob.id, reason: 'r' }), { toId: REQUIRED_ID, reason: text(100) }],
    'POST /friends/add/reply': [
        () => ({ toId: bob.id, status: 'pass', reason: 'r' }),
        { toId: REQUIRED_ID, status: oneOf(), reason: text(100) },
    ],
    'GET /friends': [() => ({ blacklist: 0 }), { blacklist: FLAG }],
    'DELETE /friends': TO_ONE,
    'POST /friends/blaklist': TO_ONE,
    'DELETE /friends/blaklist': TO_ONE,
    'PUT /friends/remark': [() => ({ toId: bob.id, remark: 'r' }), { toId: REQUIRED_ID, remark: clearable(100) }],
    'PUT /friends/label': [() => ({ toId: bob.id, label: 'l' }), { toId: REQUIRED_ID, label: clearable(1000) }],
    'POST /friends/groups': [() => ({ name: 'n', members: [bob.id] }), { name: text(50, true), members: IDS }],
    'DELETE /friends/groups': ONE_GROUP,
    'POST /friends/groups/members': FRIEND_GROUP,
    'DELETE /friends/groups/members': FRIEND_GROUP,
    'GET /friends/group': ONE_GROUP,
    'PUT /friends/groups/name': [() => ({ groupId: 1, name: 'n' }), { groupId: REQUIRED_ID, name: text(50, true) }],
    'GET /friends/info': TO_ONE,
    'GET /friends/verify': TO_ONE,
    'GET /friends/near': [
        () => ({ longitude: 1, latitude: 1 }),
        { longitude: degrees(180, true), latitude: degrees(85.05112878, true) },
    ],
    'PUT /chatGroups': [
        () => ({ groupId: group.id, name: 'stored by mistake' }),
        {
            groupId: REQUIRED_ID,
            name: text(50, true),
            intro: text(1000),
            avatar: text(500),
            disableAddMember: FLAG,
            disableViewMember: FLAG,
            disbaleAddGroup: FLAG,
            enbaleBeforeMsg: FLAG,
            longitude: degrees(180),
            latitude: degrees(90),
            country: text(50),
            address: text(10000),
        },
    ],
    'POST /chatGroups/dissolve': ONE_GROUP,
    'POST /chatGroups/exit': ONE_GROUP,
    'POST /chatGroups/transfer': ONE_MEMBER,
    'POST /chatGroups/kick': ONE_MEMBER,
    'POST /chatGroups/manager': [
        () => ({ groupId: group.id, toId: bob.id, isManager: 1 }),
        { groupId: REQUIRED_ID, toId: REQUIRED_ID, isManager: FLAG },
    ],
    'POST /chatGroups/banned': [
        () => ({ groupId: group.id, toId: bob.id, minute: 1 }),
        { groupId: REQUIRED_ID, toId: REQUIRED_ID, minute: { type: 'count', required: true } },
    ],
    'POST /chatGroups/search': [() => ({ name: 'n' }), { name: text(50, true) }],
    'GET /chatGroups/common': TO_ONE,
    'GET /chatGroups/near': [
        () => ({ longitude: 1, latitude: 1, name: 'n' }),
        { longitude: degrees(180), latitude: degrees(85.05112878), name: text(50) },
    ],
    'POST /chatGroups': [
        () => ({ name: 'n', intro: 'i' }),
        {
            name: text(50, true),
            intro: text(1000),
            avatar: text(500),
            disableAddMember: FLAG,
            disableViewMember: FLAG,
            disbaleAddGroup: FLAG,
            enbaleBeforeMsg: FLAG,
            longitude: { type: 'number', max: 180 },
            latitude: { type: 'number', max: 90 },
            country: text(50),
            address: text(10000),
        },
    ],
    'POST /chatGroups/join': [() => ({ groupId: group.id, reason: 'r' }), { groupId: REQUIRED_ID, reason: text(100) }],
    'POST /chatGroups/join/reply': [
        () => ({ groupId: group.id, accountId: bob.id, status: 'pass', reason: 'r' }),
        { groupId: REQUIRED_ID, accountId: REQUIRED_ID, status: oneOf(), reason: text(100) },
    ],
    'GET /chatGroups/info': [() => ({ groupId: group.id }), { groupId: REQUIRED_ID }],
    'POST /chat/send': [
        () => ({ toId: bob.id, ope: 'friend', type: 'text', body: 'b', isPrivate: 0, clientMsgId: 'c' }),
        {
            toId: REQUIRED_ID,
            ope: oneOf(),
            type: oneOf(),
            body: { type: 'text', required: true },
            isPrivate: FLAG,
            clientMsgId: text(64),
        },
    ],
    'POST /chat/revocation': [
        () => ({ toId: bob.id, id: 1, ope: 'friend' }),
        { toId: REQUIRED_ID, id: REQUIRED_ID, ope: oneOf() },
    ],
    'POST /chat/read': [() => ({ toId: bob.id }), { toId: REQUIRED_ID, seq: ID, ope: oneOf(false) }],
    'GET /chat/messages': [
        () => ({ toId: bob.id }),
        {
            toId: REQUIRED_ID,
            messageType: oneOf(false),
            page: { type: 'integer' },
            limit: { type: 'integer' },
            ope: oneOf(false),
            beforeSeq: ID,
            afterSeq: ID,
            beforeId: ID,
            afterId: ID,
            sort: { type: 'sort' },
        },
    ],
};

/* Values a field of a kind must refuse, as text... */
const NO_NUMBER = [
    'abc',
    '12abc',
    '1.5',
    '1e3',
    '+1',
    ' 1',
    '1 ',
    '0x10',
    '١',
    '1,2',
    '--1',
    '99999999999999999999',
    '9223372036854775808',
    '1000000000000000',
];
const BAD_TEXT = {
    id: [...NO_NUMBER, '-1'],
    integer: NO_NUMBER,
    count: [...NO_NUMBER, '-1'],
    ids: ['abc', '-1', '1.5', '99999999999999999999', '1,abc', '1;2'],
    number: ['abc', '1,5', 'NaN', 'inf', '0x10', '1e999', '+1', ' 1'],
    enum: ['bogus', 'FRIEND', 'Pass', 'text ', '1'],
    flag: ['2', 'yes', 'maybe', '-1', 'tRuE', ' 1'],
    sort: ['id', 'id:', ':desc', 'id:up', 'password_hash:asc', 'id:asc;DROP TABLE users', 'id:asc --', 'body:asc', '('],
    text: [],
};
/* ...and as JSON source. */
const BAD_JSON = {
    id: ['true', '{}', '[1]', '1.5', '1e20', '99999999999999999999', '-1', '"abc"', '[]'],
    count: ['true', '{}', '[1]', '1.5', '-1', '"abc"'],
    ids: ['true', '{}', '[true]', '[1.5]', '[-1]', '["abc"]', '[[1]]', '[{}]', '"abc"'],
    integer: ['true', '{}', '[1]', '1.5', '1e20', '"abc"'],
    number: ['true', '{}', '[1]', '"abc"'],
    enum: ['true', '{}', '["friend"]', '5'],
    flag: ['{}', '[]', '[1]', '2', '"maybe"', '0.5'],
    sort: ['{}', '[]', '["id:asc"]'],
    text: ['{}', '[]', '["a"]', '{"a":1}'],
};

function badTexts(kind) {
    const values = [...BAD_TEXT[kind.type]];
    if (kind.required) values.push('');
    if (kind.type === 'id' && kind.required) values.push('0');
    if (kind.type === 'text' && kind.max) values.push('字'.repeat(kind.max + 1));
    if (kind.type === 'number') values.push(String(kind.max + 1), String(-kind.max - 1));
    return values;
}

async function assertRefused(row, answer, what) {
    assert.ok([200, 400].includes(answer.status), `${row} ${what}: ${answer.status} ${answer.text}`);
    assert.equal(answer.body?.code, 1, `${row} ${what}: ${answer.text}`);
    assert.equal(answer.body.message, PARAM, `${row} ${what}: ${answer.text}`);
}

for (const [row, [goodFields, kinds]] of Object.entries(ROWS)) {
    for (const [name, kind] of Object.entries(kinds)) {
        test(`${row}: ${name}`, async () => {
            const good = goodFields();
            const { [name]: gone, ...rest } = good;
            for (const as of ENCODINGS) {
                if (kind.required || kind.present) {
                    const answer = await alice.refused(row, rest, PARAM, { as });
                    assert.match(answer.body.result.info, new RegExp(`^${name}: `), 'which field was wrong');
                }
                for (const value of badTexts(kind)) {
                    if (as === 'query' && encodeURIComponent(value).length > 8000)
                        continue; /* no address is that long */
                    await assertRefused(
                        row,
                        await alice.call(row, { ...good, [name]: value }, { as }),
                        `${as} ${name}=${value.slice(0, 40)}`,
                    );
                }
            }
            for (const source of BAD_JSON[kind.type]) {
                const body = JSON.stringify({ ...rest, [name]: '@' }).replace('"@"', source);
                const answer = await alice.call(row, {}, { as: 'json', body });
                await assertRefused(row, answer, `json ${name}=${source}`);
            }
            if (kind.required || kind.present)
                await assertRefused(
                    row,
                    await alice.call(row, { ...rest, [name]: null }, { as: 'json' }),
                    `json ${name}=null`,
                );
        });
    }

    test(`${row}: NUL, broken UTF-8 and broken escapes`, async () => {
        const good = goodFields();
        const method = row.split(' ')[0];
        const names = Object.keys(kinds);
        for (const name of names) {
            const { [name]: gone, ...rest } = good;
            const form = urlencode(rest);
            const bad = ['%00', 'a%00b', '%ff%fe', '%c0%80', '%ed%a0%80', '%f4%90%80%80', '%zz', '%4', '%'];
            for (const value of bad) {
                const pair = `${form && `${form}&`}${name}=${value}`;
                await assertRefused(
                    row,
                    await alice.call(row, {}, { as: 'query', query: pair }),
                    `query ${name}=${value}`,
                );
                if (method === 'POST')
                    await assertRefused(
                        row,
                        await alice.call(row, {}, { as: 'form', body: pair }),
                        `form ${name}=${value}`,
                    );
            }
            for (const bytes of [[0], [0x61, 0, 0x62], [0xff, 0xfe], [0xed, 0xa0, 0x80]]) {
                const { type, body } = multipart({ ...rest, [name]: '@@' });
                const cut = body.indexOf('\r\n\r\n@@') + 4;
                const whole = Buffer.concat([
                    Buffer.from(body.slice(0, cut)),
                    Buffer.from(bytes),
                    Buffer.from(body.slice(cut + 2)),
                ]);
                await assertRefused(
                    row,
                    await alice.call(row, {}, { as: 'multipart', body: whole, headers: { 'Content-Type': type } }),
                    `multipart ${name}=${bytes}`,
                );
            }
            const json = JSON.stringify({ ...rest, [name]: '@' });
            for (const piece of ['\\u0000', 'a\\u0000', '\\ud800', '\\udc00x', '\\x', '\\', '\u0001', '\n']) {
                const answer = await alice.call(row, {}, { as: 'json', body: json.replace('@', () => piece) });
                await assertRefused(row, answer, `json ${name}=${JSON.stringify(piece)}`);
            }
            for (const bytes of [[0], [0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80]]) {
                const [head, tail] = json.split('@');
                const whole = Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(tail)]);
                await assertRefused(
                    row,
                    await alice.call(row, {}, { as: 'json', body: whole }),
                    `json bytes ${name}=${bytes}`,
                );
            }
        }
    });

    test(`${row}: JSON that is not one object`, async () => {
        const good = JSON.stringify(goodFields());
        for (const body of [
            '[]',
            '"x"',
            '5',
            'null',
            'true',
            `${good}x`,
            `${good}{}`,
            good.slice(0, -1),
            `\ufeff${good}`,
            `${good},`,
            good.replace(/}$/, ',"toId":1,"toId":2}'),
            '{',
            '{"a"',
            '{"a":}',
            "{'a':1}",
            '{"a":01}',
            '{"a":1.}',
            '{"a":.5}',
            '{"a":NaN}',
        ])
            await assertRefused(row, await alice.call(row, {}, { as: 'json', body }), body.slice(-60));
    });
}

test('flags are read as the original read them', async () => {
    for (const [value, want] of [
        ['1', true],
        ['t', true],
        ['T', true],
        ['TRUE', true],
        ['true', true],
        ['True', true],
        ['0', false],
        ['f', false],
        ['F', false],
        ['FALSE', false],
        ['false', false],
        ['False', false],
        ['', false],
    ])
        for (const as of ENCODINGS) {
            const made = await alice.ok(
                'POST /chatGroups',
                { name: 'flags', intro: '', enbaleBeforeMsg: value },
                { as },
            );
            assert.equal(made.enbaleBeforeMsg, want, `${as} ${JSON.stringify(value)}`);
        }
    for (const [value, want] of [
        [1, true],
        [0, false],
        [true, true],
        [false, false],
        [null, false],
    ])
        assert.equal(
            (await alice.ok('POST /chatGroups', { name: 'flags', intro: '', enbaleBeforeMsg: value }, { as: 'json' }))
                .enbaleBeforeMsg,
            want,
        );
});

test("names of fields: the right spelling beside the document's, any case, and the body before the query", async () => {
    const made = await alice.ok('POST /chatGroups', { name: 'alias', enableBeforeMsg: 1, disableAddGroup: 1 });
    assert.deepEqual([made.enbaleBeforeMsg, made.disbaleAddGroup], [true, true]);
    const sent = await alice.ok('POST /chat/send', { TOID: bob.id, Ope: 'friend', TYPE: 'text', Body: 'case' });
    assert.deepEqual([sent.toId, sent.body], [bob.id, 'case']);
    const both = await alice.ok(
        'POST /chat/send',
        { toId: bob.id, ope: 'friend', type: 'text', body: 'from the body' },
        { as: 'form', query: 'body=from%20the%20query' },
    );
    assert.equal(both.body, 'from the body');
});

test('an id is a number or its text', async () => {
    for (const toId of [bob.id, String(bob.id)])
        assert.equal(
            (await alice.ok('POST /chat/send', { toId, ope: 'friend', type: 'text', body: 'id' })).toId,
            bob.id,
        );
});

test('nothing of all that was stored', async () => {
    const { items } = await bob.history(alice, { limit: 500 });
    for (const { body } of items)
        assert.ok(['case', 'from the body', 'id'].includes(body), `stored: ${JSON.stringify(body)}`);
    const groups = await alice.ok('GET /chatGroups');
    for (const { name } of groups.items) assert.ok(['flags', 'alias', 'group'].includes(name), `made: ${name}`);
});
