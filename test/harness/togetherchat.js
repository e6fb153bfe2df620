'use strict';
/* People who use the togetherchat dialect, and their sockets; see caller.js. */
const assert = require('node:assert/strict');
const { Caller } = require('./caller.js');
const { ChatSocket } = require('./chat.js');
const { open } = require('./rawws.js');
const { checkTogetherchatFrame } = require('./spec.js');

const PASSWORD = 'horse-7-horse';
/* A direct conversation's number as a room (handlers/README.md). */
const DIRECT_ROOM_FIRST = 1000000000;

const isLike = (like, value) =>
    Object.entries(like).every(([key, want]) =>
        want !== null && typeof want === 'object' ? isLike(want, value?.[key] ?? {}) : value?.[key] === want,
    );

class Person extends Caller {
    mount = '/capi';

    identify(token) {
        return token ? { headers: { Authorization: `Bearer ${token}` } } : {};
    }

    /* As any request, with the refresh cookie a browser would keep for this person; options.cookie overrides it. */
    async call(row, fields, options = {}) {
        const cookie = options.cookie === undefined ? this.cookie : options.cookie;
        const headers = { ...(cookie ? { Cookie: `refresh_token=${cookie}` } : {}), ...options.headers };
        const answer = await super.call(row, fields, { ...options, headers });
        const set = /^refresh_token=([^;]*)/.exec(answer.headers['set-cookie']?.[0] || '');
        if (set && options.cookie === undefined) this.cookie = set[1];
        return answer;
    }

    /* The data of a request that must succeed. */
    async ok(row, fields, options) {
        const answer = await this.call(row, fields, options);
        const what = `${row} ${JSON.stringify(fields)}: ${answer.status} ${answer.text.slice(0, 300)}`;
        assert.equal(answer.body?.success, true, what);
        return answer.body.data;
    }

    /* A request that must be refused with this number and text; status 400 unless said. */
    async refused(row, fields, code, text, { status = 400, ...options } = {}) {
        const answer = await this.call(row, fields, options);
        const what = `${row} ${JSON.stringify(fields)?.slice(0, 200)}: ${answer.status} ${answer.text.slice(0, 300)}`;
        assert.deepEqual(
            { status: answer.status, ...answer.body },
            { status, success: false, errCode: code, errMsg: text },
            what,
        );
        return answer;
    }

    say(room, content, more = {}) {
        const groupId = room.id || room;
        return this.ok('POST /chat/message', { groupId, messageType: 1, content, body: {}, ...more });
    }

    history(room, more = {}) {
        return this.ok('GET /chat/message/page', { groupId: room.id || room, ...more });
    }
}

/* A socket; every frame is held against its schema. */
class TogetherSocket extends ChatSocket {
    check(frame) {
        checkTogetherchatFrame(frame);
    }

    /* The data of the first frame (taken out) of that type which is like this, however deep. */
    async frame(type, like = {}, ms) {
        const fits = (one) => one.type === type && isLike(like, one.data);
        return (await super.frame(fits, `frame ${type} ${JSON.stringify(like)}`, ms)).data;
    }

    /* Nothing like that has come; see ChatSocket. */
    async none(type, like = {}) {
        await this.roundTrip();
        const found = this.frames.find((one) => one.type === type && isLike(like, one.data));
        assert.equal(found, undefined, `a frame ${type} ${JSON.stringify(like)}`);
    }

    async roundTrip() {
        await this.send(2, 'ping');
        await super.frame((one) => one.type === 2, 'the answer to a heartbeat');
    }

    send(type, data) {
        return super.send({ type, data });
    }

    sendRaw(value) {
        return super.send(value);
    }
}

async function connect(person, options = {}) {
    const path = options.path || `/capi/ws?token=${person.token}`;
    return new TogetherSocket(await open(options.server || person.server, null, { path, greets: 2, ...options }));
}

/* The client of one server. */
function togetherchat(server) {
    const nobody = new Person(server);
    let made = 0;

    async function login(username, password = PASSWORD) {
        const person = new Person(server, { name: username });
        const data = await person.ok('POST /user/login', { username, password });
        return Object.assign(person, { id: data.userId, token: data.accessToken });
    }

    async function register(username, password = PASSWORD) {
        await nobody.ok('POST /user/register', { username, password });
        return login(username, password);
    }

    /* count people named stem1, stem2... A few at a time: hashing passwords has a short queue of its own. */
    async function people(stem, count) {
        const all = [];
        while (all.length < count) {
            const some = Array.from({ length: Math.min(8, count - all.length) }, () => register(`${stem}${++made}`));
            all.push(...(await Promise.all(some)));
        }
        return all;
    }

    const group = (owner, others = [], more = {}) =>
        owner.ok('POST /group', { name: 'group', type: 3, memberIds: others.map((one) => one.id), ...more });
    const direct = (one, other) => one.ok('POST /group', { name: 'direct', type: 4, memberIds: [other.id] });

    return { server, nobody, register, login, people, group, direct, uniq: (stem) => `${stem}${++made}` };
}

module.exports = { togetherchat, Person, TogetherSocket, connect, PASSWORD, DIRECT_ROOM_FIRST };
