'use strict';
/* People who use the freeim dialect of a server, in every encoding the contract knows (facts 1.3); see caller.js. */
const assert = require('node:assert/strict');
const { Caller, ENCODINGS, encode, multipart, urlencode } = require('./caller.js');

/* ---- a person, or nobody ---- */

class Person extends Caller {
    mount = '/api/v1';

    /* t: the token as ?t= instead of in a header. */
    identify(token, { t }) {
        return t ? { query: `t=${encodeURIComponent(t)}` } : super.identify(token);
    }

    /* The result of a request that must succeed. */
    async ok(row, fields, options) {
        const answer = await this.call(row, fields, options);
        assert.equal(
            answer.body.code,
            0,
            `${row} ${JSON.stringify(fields)}: ${answer.status} ${answer.text.slice(0, 300)}`,
        );
        return answer.body.result;
    }

    /* A request that must be refused: with this message, status (200 unless said) and error name. */
    async refused(row, fields, message, { status = 200, error, ...options } = {}) {
        const answer = await this.call(row, fields, options);
        const what = `${row} ${JSON.stringify(fields)?.slice(0, 200)}: ${answer.status} ${answer.text.slice(0, 300)}`;
        assert.equal(answer.status, status, what);
        assert.equal(answer.body.code, 1, what);
        assert.equal(answer.body.message, message, what);
        if (error) assert.equal(answer.body.result.error, error, what);
        return answer;
    }

    /* Short words for what most tests need. */
    say(to, body, more = {}) {
        const toId = to.id || to;
        return this.ok('POST /chat/send', {
            toId,
            ope: toId < 10000000 ? 'group' : 'friend',
            type: 'text',
            body,
            isPrivate: 0,
            ...more,
        });
    }

    history(to, more = {}) {
        return this.ok('GET /chat/messages', { toId: to.id || to, ...more });
    }

    async conversation(to) {
        const { items } = await this.ok('GET //api/v1/conversations');
        return items.find((one) => one.targetId === (to.id || to));
    }
}

const PASSWORD = 'correct-horse-7';

/* The client of one server. */
function freeim(server) {
    const nobody = new Person(server);
    let made = 0;

    const credentials = (account, more) => ({
        account,
        password: PASSWORD,
        captchaKey: '',
        captcha: '',
        platform: 'h5',
        ...more,
    });

    async function enter(row, account, more) {
        const { token } = await nobody.ok(row, credentials(account, more));
        const person = new Person(server, { name: account, token, password: more?.password || PASSWORD });
        person.id = (await person.ok('GET /me/info')).account.id;
        return person;
    }

    async function befriend(a, b) {
        await a.ok('POST /friends/add', { toId: b.id, reason: '' });
        await b.ok('POST /friends/add/reply', { toId: a.id, status: 'pass' });
    }

    /* A group of owner's with the others let in. */
    async function group(owner, others = [], more = {}) {
        const made = await owner.ok('POST /chatGroups', { name: 'group', intro: '', ...more });
        for (const one of others) await admit(owner, made, one);
        return made;
    }

    async function admit(owner, group, person) {
        await person.ok('POST /chatGroups/join', { groupId: group.id, reason: '' });
        await owner.ok('POST /chatGroups/join/reply', { groupId: group.id, accountId: person.id, status: 'pass' });
    }

    /* count people named stem1, stem2... A few at a time: hashing passwords has a short queue of its own. */
    async function people(stem, count) {
        const all = [];
        while (all.length < count) {
            const some = Array.from({ length: Math.min(8, count - all.length) }, () =>
                enter('POST /register/basic', `${stem}${++made}`),
            );
            all.push(...(await Promise.all(some)));
        }
        return all;
    }

    return {
        server,
        nobody,
        credentials,
        befriend,
        group,
        admit,
        uniq: (stem) => `${stem}${++made}`,
        register: (account, more) => enter('POST /register/basic', account, more),
        login: (account, more) => enter('POST /login/basic', account, more),
        people,
    };
}

module.exports = {
    freeim,
    Person,
    ENCODINGS,
    PASSWORD,
    encode,
    multipart,
    urlencode,
    PARAM: '参数不合法',
    LOGGED_OUT: '登录超时',
};
