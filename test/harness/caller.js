'use strict';
/* Somebody who calls one dialect of a server, in every encoding there is. What differs between dialects (where they
 * stand, how a token travels) a subclass says: client.js for freeim, togetherchat.js... Whatever a test does here is also
 * a contract test: each answer is held against its schema (spec.js), and written to the contract log. */
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { request } = require('./http.js');
const { REPO } = require('./server.js');
const spec = require('./spec.js');

const ENCODINGS = ['query', 'form', 'multipart', 'json'];

/* ---- the contract log: one JSON line per request and answer, written when the process ends ---- */

const log = [];
process.on('exit', () => {
    if (log.length === 0) return;
    const dir = process.env.CONTRACT_LOG || path.join(REPO, 'build/contract');
    const name = path.relative(path.join(REPO, 'test'), process.argv[1] || 'test').replace(/\W+/g, '-');
    fs.mkdirSync(dir, { recursive: true });
    fs.writeFileSync(path.join(dir, `${name}.jsonl`), log.map((line) => JSON.stringify(line) + '\n').join(''));
});

/* ---- encodings ---- */

function pairs(fields) {
    const list = [];
    for (const [name, value] of Object.entries(fields))
        for (const one of [].concat(value)) list.push([name, String(one)]);
    return list;
}

const urlencode = (fields) =>
    pairs(fields)
        .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
        .join('&');

function multipart(fields, boundary = '----chatdtestboundary') {
    const parts = pairs(fields).map(
        ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    return { type: `multipart/form-data; boundary=${boundary}`, body: `${parts.join('')}--${boundary}--\r\n` };
}

/* {query, body, type} of fields. */
function encode(fields, as) {
    if (as === 'query') return { query: urlencode(fields) };
    if (as === 'form') return { body: urlencode(fields), type: 'application/x-www-form-urlencoded' };
    if (as === 'multipart') return multipart(fields);
    assert.equal(as, 'json');
    return { body: JSON.stringify(fields), type: 'application/json' };
}

class Caller {
    constructor(server, facts = {}) {
        this.server = server;
        Object.assign(this, facts);
    }

    /* For subclasses: below what path the dialect stands; how the caller proves who they are, as {headers, query}. */
    mount = '';
    identify(token) {
        return token ? { headers: { Authorization: token } } : {};
    }

    /* One request. row is "METHOD /path" below the mount ("METHOD //path" is not). options: as (encoding), token ('' for
     * none, default the caller's), query, headers, body, listener, localAddress. The answer gets .body. */
    async call(row, fields = {}, options = {}) {
        const [method, below] = row.split(' ');
        const at = below.startsWith('//') ? below.slice(1) : this.mount + below;
        const as = options.as || (method === 'GET' ? 'query' : 'json');
        const { query, body, type } = encode(fields, as);
        const token = options.token === undefined ? this.token : options.token;
        const proof = this.identify(token, options);
        const questions = [query, options.query, proof.query].filter(Boolean).join('&');
        const answer = await request(this.server, method, at + (questions ? `?${questions}` : ''), {
            headers: { ...(type ? { 'Content-Type': type } : {}), ...proof.headers, ...options.headers },
            body: options.body === undefined ? body : options.body,
            localAddress: options.localAddress || this.localAddress,
            listener: options.listener,
        });
        return this.judge(`${method} ${at}`, { as, fields, token: token ? 'given' : 'none' }, answer);
    }

    judge(row, asked, answer) {
        try {
            answer.body = JSON.parse(answer.text);
        } catch {
            answer.body = null;
        }
        log.push({ row, request: asked, status: answer.status, answer: answer.body });
        if (spec.isLanded(row)) spec.check(row, answer);
        return answer;
    }
}

module.exports = { Caller, ENCODINGS, encode, multipart, urlencode };
