'use strict';
/* One of the operator's services: calls the node API of a server on the listener it has for itself. Every answer is
 * held against its schema (spec.js); see caller.js. */
const assert = require('node:assert/strict');
const { Caller, urlencode } = require('./caller.js');
const { request } = require('./http.js');
const spec = require('./spec.js');

class Service extends Caller {
    constructor(server, secret) {
        super(server, { secret });
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
        return this.judge(`${method} ${where}`, { query, json }, answer);
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

module.exports = { Service, rows: spec.landed.node };
