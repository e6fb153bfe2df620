'use strict';
/* People who use the room dialect. Every answer is held against test/spec/room.json as it arrives. */
const assert = require('node:assert/strict');
const { request } = require('./http.js');
const { encode } = require('./client.js');
const spec = require('./spec.js');

const PASSWORD = '135';

class RoomPerson {
    constructor(server, facts = {}) {
        Object.assign(this, { server, ...facts });
    }

    /* One request; fields of GET and DELETE stand in the query. options: as (encoding), auth (the whole header; '' for
     * none), query, headers, body, type, listener. Answers err. */
    async call(row, fields = {}, options = {}) {
        const [method, at] = row.split(' ');
        const as = options.as || (method === 'GET' || method === 'DELETE' ? 'query' : 'form');
        const { query, body, type } = encode(fields, as);
        const auth = options.auth ?? (this.token ? `Bearer ${this.token}` : '');
        const questions = [query, options.query].filter(Boolean).join('&');
        const answer = await request(this.server, method, at + (questions ? `?${questions}` : ''), {
            headers: {
                ...(options.type || type ? { 'Content-Type': options.type || type } : {}),
                ...(auth ? { Authorization: auth } : {}),
                ...options.headers,
            },
            body: options.body ?? body,
            listener: options.listener,
        });
        answer.body = JSON.parse(answer.text);
        if (options.unchecked) return answer;
        spec.check(row, answer);
        return answer.body.err;
    }

    /* A request that must succeed; its Notice. */
    async ok(row, fields, options) {
        const err = await this.call(row, fields, options);
        assert.ok(spec.isRoomSuccess(row, err), `${row} ${JSON.stringify(fields)}: ${JSON.stringify(err)}`);
        return err.Notice;
    }

    /* A request that must be refused in exactly these words. */
    async refused(row, fields, code, msg, notice, options) {
        const err = await this.call(row, fields, options);
        assert.deepEqual(err, { Code: code, Msg: msg, Notice: notice }, `${row} ${JSON.stringify(fields)}`);
    }

    /* Logs in again; Notice. */
    async login() {
        const err = await this.call('POST /user/login', { userId: this.id, userPwd: this.password }, { auth: '' });
        assert.ok(spec.isRoomSuccess('POST /user/login', err), JSON.stringify(err));
        this.token = err.Msg.token;
        return err.Notice;
    }

    picture(bytes, more = {}, { name = 'Img', filename = 'p.png' } = {}) {
        const boundary = '----roomtestboundary';
        const parts = Object.entries(more.fields || {}).map(
            ([key, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`,
        );
        const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: image/png\r\n\r\n`;
        const body = Buffer.concat([Buffer.from(parts.join('') + head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
        return this.call('POST /room/sendImg', {}, { body, type: `multipart/form-data; boundary=${boundary}`, query: more.query, ...more.options });
    }
}

/* A PNG of one pixel. */
const PNG = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
);

/* The client of one server. */
function room(server) {
    const nobody = new RoomPerson(server);
    let made = 0;
    const uniq = (stem) => `${stem}${++made}`;

    /* Somebody new, logged in. */
    async function register(stem, more = {}) {
        const id = uniq(stem);
        const fields = { userId: id, userPwd: PASSWORD, userName: `${id}名`, userEmail: `${id}@example.org`, ...more };
        await nobody.ok('POST /user/register', fields);
        const person = new RoomPerson(server, { id, name: fields.userName, email: fields.userEmail, password: fields.userPwd });
        await person.login();
        return person;
    }

    async function people(stem, count) {
        const all = [];
        while (all.length < count) all.push(await register(stem));
        return all;
    }

    return { server, nobody, uniq, register, people };
}

module.exports = { room, RoomPerson, PASSWORD, PNG };
