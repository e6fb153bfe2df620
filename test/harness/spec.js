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
const freeim = JSON.parse(read('freeim.json'));
const site = JSON.parse(read('site.json'));
const landed = JSON.parse(read('landed.json'));
/* freeim and what is ours beside it: one tree, as they share a mount, an envelope and a socket. */
const all = {
    $defs: { ...freeim.$defs, ...site.$defs },
    rows: { ...freeim.rows, ...site.rows },
    frames: { ...freeim.frames, ...site.frames },
    bodies: site.bodies,
};

/* The row a request was for: "POST /api/v1/messages/7/pin" is "POST /api/v1/messages/{id}/pin". */
const patterns = Object.keys(all.rows)
    .filter((row) => row.includes('{'))
    .map((row) => ({ row, like: new RegExp(`^${row.replace(/\{\w+\}/g, '[^/]+')}$`) }));
const rowOf = (asked) => (asked in all.rows ? asked : patterns.find(({ like }) => like.test(asked))?.row);

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
        .replace(/"info":"password: [^"]*"/, '');

function assertClean(text, what) {
    const found = FORBIDDEN.exec(withoutKeys(text));
    assert.equal(found, null, `${what}: the answer holds ${found && JSON.stringify(found[0])}: ${text.slice(0, 300)}`);
}

function good(schema, value, what) {
    const faults = validate(all, schema, value);
    assert.deepEqual(faults, [], `${what} does not fit its schema: ${JSON.stringify(value).slice(0, 500)}`);
}

/* Checks one freeim answer {status, body, text} to row "METHOD /api/v1/path". */
function check(asked, answer) {
    const row = rowOf(asked);
    const schema = all.rows[row];
    assert.equal(typeof answer.body, 'object', `${row}: the answer is not JSON: ${answer.text.slice(0, 200)}`);
    assert.deepEqual(Object.keys(answer.body), ['code', 'result', 'message'], `${row}: keys of the envelope`);
    /* People may write such words into their messages; the test that does looks for itself. */
    if (!row.endsWith('/chat/messages') && !row.endsWith('/chat/send')) assertClean(answer.text, row);
    if (answer.body.code === 0) {
        assert.equal(answer.status, 200, `${row}: status of a success`);
        assert.equal(answer.body.message, schema.message, `${row}: success text`);
        good(schema.result, answer.body.result, row);
        count(row, 'good');
    } else {
        good({ $ref: answer.status === 401 ? '#/$defs/loggedOut' : '#/$defs/refusal' }, answer.body, row);
        count(row, 'bad');
    }
}

/* Checks one frame a server sent on a freeim socket. */
function checkFrame(frame) {
    const schema = all.frames[frame.type];
    assert.ok(schema, `a frame of unknown type: ${JSON.stringify(frame)}`);
    good(schema, frame, `frame ${frame.type}`);
    if (all.bodies[frame.type]) good(all.bodies[frame.type], JSON.parse(frame.body), `body of a frame ${frame.type}`);
}

module.exports = {
    freeim,
    site,
    landed,
    endpoints,
    hits,
    count,
    check,
    checkFrame,
    assertClean,
    isLanded: (asked) => rowOf(asked) !== undefined,
};
