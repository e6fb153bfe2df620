'use strict';
/* The answer schemas of test/spec, applied to everything the tests see: each answer of a landed row is checked as it
 * arrives, in whatever test it happens, and counted. */
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { validate } = require('./schema.js');
const { REPO } = require('./server.js');

const SPEC_DIR = path.join(REPO, 'test/spec');
const read = (name) => fs.readFileSync(path.join(SPEC_DIR, name), 'utf8');
const load = (name) => JSON.parse(read(`${name}.json`));
const landed = load('landed');

/* Several spec files as one tree: they share a mount, an envelope and a socket. */
function merge(...files) {
    const tree = { $defs: {}, rows: {}, frames: {}, bodies: {} };
    for (const file of files) for (const part of Object.keys(tree)) Object.assign(tree[part], file[part]);
    return tree;
}

const freeim = load('freeim');
const site = load('site');

/* What tells dialects apart: their schemas, and how an answer is judged; judge says 'good' or 'bad' for a success or a
 * refusal that is as it should be, and throws if it is not. A new dialect adds a line here. */
const dialects = {
    freeim: { tree: merge(freeim, site, load('admin')), judge: judgeFreeim },
    node: { tree: merge(load('node')), judge: judgeNode },
    room: { tree: merge(load('room')), judge: judgeRoom },
    togetherchat: { tree: merge(load('togetherchat')), judge: judgeTogetherchat },
};

/* ---- rows ---- */

/* The row a request was for: "POST /api/v1/messages/7/pin" is "POST /api/v1/messages/{id}/pin". */
const rows = new Map();
for (const dialect of Object.values(dialects))
    for (const row of Object.keys(dialect.tree.rows)) rows.set(row, { row, dialect });
const patterns = [...rows.values()]
    .filter(({ row }) => row.includes('{'))
    .map((one) => ({ ...one, like: new RegExp(`^${one.row.replace(/\{\w+\}/g, '[^/]+')}$`) }));
const find = (asked) => rows.get(asked) || patterns.find(({ like }) => like.test(asked));

/* Rows of the five documents: {dialect, row: "METHOD path"}. */
const endpoints = read('endpoints.tsv')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
        const [dialect, method, at] = line.split('\t');
        return { dialect, row: `${method} ${at}` };
    });

/* row -> { good, bad } answers that were checked. */
const hits = new Map();
function count(row, kind) {
    const seen = hits.get(row) || { good: 0, bad: 0 };
    seen[kind]++;
    hits.set(row, seen);
}

/* What no answer may hold, whatever it is about: secrets of ours, and the insides of the server. */
const FORBIDDEN =
    /password|passwd|\$scrypt|hash"|sqlite|SELECT |INSERT |\.sql|\.c:\d|\/home\/|\/root\/|\/tmp\/|chatd\.db|errno|stack|assert/i;
/* These words are part of a documented key; random text (tokens, pictures) may spell anything. */
const withoutKeys = (text) =>
    text
        .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '')
        .replace(/"captcha":"[\w+/=]+"/, '')
        .replaceAll('"needUpdatePassword"', '')
        .replace(/password密码/g, '')
        .replace(/"info":"password: [^"]*"/, '');

function assertClean(text, what) {
    const found = FORBIDDEN.exec(withoutKeys(text));
    assert.equal(found, null, `${what}: the answer holds ${found && JSON.stringify(found[0])}: ${text.slice(0, 300)}`);
}

function fits(dialect, schema, value, what) {
    const faults = validate(dialects[dialect].tree, schema, value);
    assert.deepEqual(faults, [], `${what} does not fit its schema: ${JSON.stringify(value).slice(0, 500)}`);
}

/* ---- freeim: {code, result, message} ---- */

function judgeFreeim(row, schema, answer) {
    assert.deepEqual(Object.keys(answer.body), ['code', 'result', 'message'], `${row}: keys of the envelope`);
    /* People may write such words into their messages, and administrators may see more; the tests of those look for
     * themselves. */
    if (!row.endsWith('/chat/messages') && !row.endsWith('/chat/send') && !row.includes('/admin/')) assertClean(answer.text, row);
    if (answer.body.code === 0) {
        assert.equal(answer.status, 200, `${row}: status of a success`);
        assert.equal(answer.body.message, schema.message, `${row}: success text`);
        fits('freeim', schema.result, answer.body.result, row);
        return 'good';
    }
    fits('freeim', { $ref: answer.status === 401 ? '#/$defs/loggedOut' : '#/$defs/refusal' }, answer.body, row);
    return 'bad';
}

/* Checks one frame a server sent on a freeim socket. */
function checkFrame(frame) {
    const { frames, bodies } = dialects.freeim.tree;
    assert.ok(frames[frame.type], `a frame of unknown type: ${JSON.stringify(frame)}`);
    fits('freeim', frames[frame.type], frame, `frame ${frame.type}`);
    if (bodies[frame.type])
        fits('freeim', bodies[frame.type], JSON.parse(frame.body), `body of a frame ${frame.type}`);
}

/* ---- togetherchat: {success, errCode, errMsg, data} ---- */

function judgeTogetherchat(row, schema, answer) {
    if (!/\/chat\/message/.test(row)) assertClean(answer.text, row);
    if (!answer.body.success) {
        fits('togetherchat', { $ref: '#/$defs/refusal' }, answer.body, row);
        assert.ok(answer.status >= 400, `${row}: status of a refusal`);
        return 'bad';
    }
    assert.equal(answer.status, 200, `${row}: status of a success`);
    const data = schema.data ? ['data'] : [];
    assert.deepEqual(Object.keys(answer.body), ['success', 'errCode', 'errMsg', ...data], `${row}: keys of the envelope`);
    assert.deepEqual([answer.body.errCode, answer.body.errMsg], [0, ''], `${row}: a success`);
    if (schema.data) fits('togetherchat', schema.data, answer.body.data, row);
    return 'good';
}

/* Checks one frame a server sent on a togetherchat socket. */
function checkTogetherchatFrame(frame) {
    const { frames } = dialects.togetherchat.tree;
    assert.deepEqual(Object.keys(frame), ['type', 'data'], `keys of a frame: ${JSON.stringify(frame)}`);
    assert.ok(frames[frame.type], `a frame of unknown type: ${JSON.stringify(frame)}`);
    fits('togetherchat', frames[frame.type], frame.data, `frame ${frame.type}`);
}

/* ---- node: R ---- */

function judgeNode(row, schema, answer) {
    if (answer.status === 401) {
        assert.equal(answer.text, '', `${row}: 401 has no body`);
        return 'bad';
    }
    const keys = ['code', 'data', 'extra', 'isError', 'isSuccess', 'msg', 'path', 'timestamp'];
    assert.deepEqual(Object.keys(answer.body || {}), keys, `${row}: ${answer.text.slice(0, 300)}`);
    assert.ok(Math.abs(answer.body.timestamp - Date.now()) < 60000, 'the time is ours, in milliseconds');
    assert.equal(answer.status, answer.body.code === 404 ? 404 : 200, `${row}: status`);
    const isGood = answer.body.code === 0;
    fits('node', { $ref: isGood ? '#/$defs/success' : '#/$defs/failure' }, answer.body, row);
    if (isGood) fits('node', schema, answer.body.data, row);
    return isGood ? 'good' : 'bad';
}

/* ---- room: {err: {Code, Msg, Notice}} ---- */

/* Is this the success the document shows? Notice tells, and at login Msg. */
function isRoomSuccess(row, err) {
    const { tree } = dialects.room;
    const fault = (part) => validate(tree, tree.rows[row][part], err[part === 'msg' ? 'Msg' : 'Notice']).length > 0;
    return !fault('notice') && !fault('msg');
}

function judgeRoom(row, schema, answer) {
    const what = `${row}: ${answer.status} ${answer.text.slice(0, 400)}`;
    assert.equal(answer.status, 200, what);
    assert.match(answer.headers['content-type'], /^application\/json; charset=utf-8$/i);
    assert.deepEqual(Object.keys(answer.body), ['err'], what);
    assert.deepEqual(Object.keys(answer.body.err), ['Code', 'Msg', 'Notice'], what);
    assertClean(answer.text, row);
    if (isRoomSuccess(row, answer.body.err)) {
        assert.equal(answer.body.err.Code, schema.code, what);
        return 'good';
    }
    fits('room', { $ref: '#/$defs/refusal' }, answer.body.err, what);
    return 'bad';
}

/* Checks one frame of a room's socket, or a refusal to open one. */
function checkRoom(part, value) {
    fits('room', { $ref: `#/$defs/${part}` }, value, part);
}

/* ---- any ---- */

/* Checks one answer {status, body, text} to "METHOD /path". */
function check(asked, answer) {
    const { row, dialect } = find(asked);
    assert.equal(typeof answer.body, 'object', `${row}: the answer is not JSON: ${answer.text.slice(0, 200)}`);
    count(row, dialect.judge(row, dialect.tree.rows[row], answer));
}

/* Every landed row of a dialect was answered well and was refused, in this process. Prints one line of coverage. */
function assertAllHit(dialect) {
    const rows = [...landed[dialect], ...(landed.$ours[dialect] || [])];
    const missed = rows.filter((row) => !(hits.get(row)?.good > 0 && hits.get(row)?.bad > 0));
    const answers = [...hits.values()].reduce((sum, one) => sum + one.good + one.bad, 0);
    console.log(`${dialect}: ${rows.length - missed.length} of ${rows.length} landed rows, ${answers} answers validated`);
    assert.deepEqual(missed, []);
}

module.exports = {
    assertAllHit,
    freeim,
    site,
    landed,
    endpoints,
    hits,
    count,
    check,
    checkFrame,
    checkTogetherchatFrame,
    isRoomSuccess,
    checkRoom,
    assertClean,
    isLanded: (asked) => find(asked) !== undefined,
};
