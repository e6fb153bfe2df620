'use strict';
/* One of the operator's services: calls the node API of a server on the listener it has for itself. Every answer is
 * held against test/spec/node.json and counted, in whatever test it comes. */
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { request } = require('./http.js');
const { validate } = require('./schema.js');
const { REPO } = require('./server.js');
const spec = require('./spec.js');

const node = JSON.parse(fs.readFileSync(path.join(REPO, 'test/spec/node.json'), 'utf8'));

const KEYS = ['code', 'data', 'extra', 'isError', 'isSuccess', 'msg', 'path', 'timestamp'];

function fits(schema, value, what) {
    assert.deepEqual(validate(node, schema, value), [], `${what} does not fit its schema: ${JSON.stringify(value)}`);
}

function check(row, answer) {
    if (answer.status === 401) {
        assert.equal(answer.text, '', `${row}: 401 has no body`);
        spec.count(row, 'bad');
        return;
    }
    assert.deepEqual(Object.keys(answer.body || {}), KEYS, `${row}: ${answer.text.slice(0, 300)}`);
    assert.ok(Math.abs(answer.body.timestamp - Date.now()) < 60000, 'the time is ours, in milliseconds');
    if (answer.body.code === 0) {
        assert.equal(answer.status, 200);
        fits(node.$defs.success, answer.body, row);
        fits(node.rows[row], answer.body.data, row);
        spec.count(row, 'good');
    } else {
        assert.equal(answer.status, answer.body.code === 404 ? 404 : 200);
        fits(node.$defs.failure, answer.body, row);
        if (node.rows[row]) spec.count(row, 'bad');
    }
}

const urlencode = (fields) =>
    Object.entries(fields)
        .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
        .join('&');

class Service {
    constructor(server, secret) {
        this.server = server;
        this.secret = secret;
        this.listener = server.listeners.find((one) => one.dialect === 'node').url;
    }

    /* row as in the document; at: what stands for its {parameters}; json: the body. The answer gets .body. */
    async call(row, { at = {}, query = {}, json, body, type, headers = {}, localAddress, listener } = {}) {
        const [method, template] = row.split(' ');
        const where = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(at[name]));
        const asked = Object.keys(query).length > 0 ? `?${urlencode(query)}` : '';
        const answer = await request(this.server, method, where + asked, {
            headers: {
                ...(json !== undefined || type ? { 'Content-Type': type || 'application/json' } : {}),
                ...(this.secret ? { password: this.secret } : {}),
                ...headers,
            },
            body: json !== undefined ? JSON.stringify(json) : body,
            localAddress,
            listener: listener || this.listener,
        });
        try {
            answer.body = JSON.parse(answer.text);
        } catch {
            answer.body = null;
        }
        check(row, answer);
        return answer;
    }

    /* The data of a call that must succeed. */
    async ok(row, options) {
        const answer = await this.call(row, options);
        assert.equal(answer.body?.code, 0, `${row}: ${answer.status} ${answer.text}`);
        return answer.body.data;
    }

    /* A call that must fail, with this code and message (a text, or a pattern). */
    async fails(row, options, code, msg) {
        const answer = await this.call(row, options);
        assert.equal(answer.body?.code, code, `${row}: ${answer.status} ${answer.text}`);
        if (msg instanceof RegExp) assert.match(answer.body.msg, msg);
        else if (msg !== undefined) assert.equal(answer.body.msg, msg);
        return answer.body;
    }

    /* A call that is not this caller's to make. */
    async denied(row, options) {
        assert.equal((await this.call(row, options)).status, 401, row);
    }
}

module.exports = { Service, rows: Object.keys(node.rows) };
