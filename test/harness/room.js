'use strict';
/* People who use the room dialect. Every answer is held against test/spec/room.json as it arrives. */
const assert = require('node:assert/strict');
const { request } = require('./http.js');
const { encode } = require('./client.js');
const { handshake } = require('./rawws.js');
const { ChatSocket } = require('./chat.js');
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

    /* Tries to open a socket: {status, body, socket}. way: create, enter or reEnter. */
    async knock(way, fields = {}, options = {}) {
        const auth = options.auth ?? `Bearer ${this.token}`;
        const { query } = encode(fields, 'query');
        const { status, body, ws } = await handshake(options.server || this.server, {
            path: `/room/${way}?${query}`,
            headers: { ...(auth ? { Authorization: auth } : {}), ...options.headers },
        });
        const row = `WS /room/${way}`;
        spec.count(row, ws ? 'good' : 'bad');
        if (!ws && status === 200 && JSON.parse(body).msg) spec.checkRoom('unopened', JSON.parse(body));
        return { status, body, socket: ws && new RoomSocket(ws) };
    }

    async open(way, fields, options) {
        const { status, body, socket } = await this.knock(way, fields, options);
        assert.equal(status, 101, `${way} ${JSON.stringify(fields)}: ${status} ${body}`);
        return socket;
    }

    /* A new room of one's own, and its socket. */
    async create(roomId, more = {}) {
        const fields = { roomId, roomName: `房${roomId}`, roomCap: 10, roomAccess: 'true', ...more };
        const socket = await this.open('create', fields);
        await socket.hears(`system: ${this.name}成功进入房间`);
        return socket;
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

/* One room's socket: frames are {FromUserName, RoomName, Content} and end with a newline. */
class RoomSocket extends ChatSocket {
    all = []; /* frames holds those that were not asked for yet */

    parse(text) {
        assert.ok(text.endsWith('\n'), `no newline: ${text}`);
        return super.parse(text);
    }

    check(frame) {
        assert.deepEqual(Object.keys(frame), ['FromUserName', 'RoomName', 'Content']);
        spec.checkRoom('frame', frame);
        this.all.push(frame);
    }

    get heard() {
        return this.frames;
    }

    /* The next frame as "from: content". */
    async next(what = 'a frame', ms) {
        const { FromUserName, Content } = await this.wait(() => this.frames.shift(), what, ms);
        return `${FromUserName}: ${Content}`;
    }

    /* Exactly these frames come next, in this order. */
    async hears(...lines) {
        for (const line of lines) assert.equal(await this.next(JSON.stringify(line)), line);
    }

    say(text) {
        return this.send(text);
    }

    /* Nothing has come that was not asked for: one's own message comes back behind all that was there. */
    async silent(name, mark = 'ping') {
        await this.say(mark);
        await this.hears(`${name}: ${mark}`);
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

    /* An account that another dialect made, perhaps: its nickname is not known. */
    async function enter(id, password) {
        const person = new RoomPerson(server, { id, name: id, password });
        await person.login();
        return person;
    }

    async function people(stem, count) {
        const all = [];
        while (all.length < count) all.push(await register(stem));
        return all;
    }

    return { server, nobody, uniq, register, enter, people };
}

module.exports = { room, RoomPerson, RoomSocket, PASSWORD, PNG };
