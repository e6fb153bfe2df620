'use strict';
/* Invitations by link and QR code: registering by one, becoming contacts, joining a group, and where a link leads
 * (product.md 1 and 5; reliability.md T68). */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { startServer } = require('../harness/server.js');
const { request } = require('../harness/http.js');
const { freeim, PASSWORD } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { readSvg, readPng } = require('../harness/qr.js');

let server, f, alice, bob, carol;
before(async () => {
    server = await startServer({ set: { listen: ['127.0.0.1:0', '127.0.0.1:0s'] } });
    f = freeim(server);
    [alice, bob, carol] = await f.people('invite', 3);
    await server.restart({ registration: 'invite' });
    f = freeim(server);
});
after(() => server?.stop());

async function ask(method, path, { token, body, headers = {} } = {}) {
    const answer = await request(server, method, `/api/v1${path}`, {
        headers: { ...(token ? { Authorization: token } : {}), ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
        body: body && JSON.stringify(body),
    });
    return JSON.parse(answer.text);
}
const ok = async (...args) => {
    const answer = await ask(...args);
    assert.equal(answer.code, 0, JSON.stringify(answer));
    return answer.result;
};
const refused = async (name, ...args) => {
    const answer = await ask(...args);
    assert.notEqual(answer.code, 0, JSON.stringify(answer));
    assert.equal(answer.result.error, name);
};
const register = (account, inviteCode) =>
    ['POST', '/register/basic', { body: { account, password: PASSWORD, platform: 'web', ...(inviteCode ? { inviteCode } : {}) } }];
const by = (person, body) => ({ token: person.token, body });

describe('to the site', () => {
    test('nobody registers without one, in any dialect', async () => {
        await refused('registration_closed', ...register('uninvited'));
        const other = await request(server, 'POST', '/capi/user/register', {
            headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ username: 'uninvited', password: PASSWORD }),
        });
        assert.equal(JSON.parse(other.text).success, false);
        assert.equal((await ok('GET', '/site/config')).registration, 'invite');
    });

    test('it is shown to anybody, opens one account, makes contacts and a first conversation', async () => {
        const socket = await connect(alice);
        const made = await ok('POST', '/invites', by(alice, { greeting: '你好 👋' }));
        assert.equal(made.uses, 1);
        assert.ok(Math.abs(Date.parse(made.expiresAt) - Date.now() - 7 * 86400000) < 60000);
        assert.ok(made.url.endsWith(`/#/invite/${made.token}`), made.url);
        const shown = await ok('GET', `/invites/${made.token}`);
        assert.deepEqual([shown.siteName, shown.valid, shown.inviter.id, shown.registers], ['chatd', true, alice.id, true]);
        assert.equal((await ok('GET', `/invites/${made.token}`)).valid, true, 'looking uses nothing up');

        const { token } = await ok(...register('dora', made.token));
        const [conversation] = (await ok('GET', '/conversations', { token })).items;
        assert.deepEqual([conversation.targetId, conversation.last.body, conversation.unread], [alice.id, '你好 👋', 1]);
        const { account: { id } } = await ok('GET', '/me/info', { token });
        const mine = (await ok('GET', '/conversations', by(alice))).items.find((one) => one.targetId === id);
        assert.deepEqual([mine?.last.fromId, mine?.unread], [alice.id, 0]);
        assert.equal((await socket.frame({ type: 'text' })).body, '你好 👋');
        await socket.close();

        assert.deepEqual(await ok('GET', `/invites/${made.token}`), { siteName: 'chatd', valid: false });
        await refused('too_late', ...register('eve', made.token));
        const [listed] = (await ok('GET', '/invites', by(alice))).items;
        assert.deepEqual([listed.id, listed.used, listed.valid, listed.token], [made.id, 1, false, undefined]);
    });

    test('a togetherchat client registers by one too', async () => {
        const { token } = await ok('POST', '/invites', by(alice, {}));
        const answer = await request(server, 'POST', '/capi/user/register', {
            headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ username: 'tessa', password: PASSWORD, inviteCode: token }),
        });
        assert.equal(JSON.parse(answer.text).success, true, answer.text);
    });

    test('it can be taken back by its maker alone', async () => {
        const made = await ok('POST', '/invites', by(alice, { uses: 3, days: 1 }));
        await refused('forbidden', 'DELETE', `/invites/${made.id}`, by(bob));
        await ok('DELETE', `/invites/${made.id}`, by(alice));
        await refused('too_late', ...register('frank', made.token));
    });

    test('who is here already becomes a contact', async () => {
        const made = await ok('POST', '/invites', by(alice, {}));
        await refused('self', 'POST', `/invites/${made.token}/accept`, by(alice));
        await ok('POST', `/invites/${made.token}/accept`, by(bob));
        assert.equal((await ok('GET', `/friends/verify?toId=${alice.id}`, by(bob))).isFriend, true);
    });

    test('fields are held to their ranges, and strangers make none', async () => {
        for (const body of [{ uses: 0.5 }, { uses: 1001 }, { days: 366 }, { greeting: 'x'.repeat(201) }])
            await refused('bad_field', 'POST', '/invites', by(alice, body));
        assert.notEqual((await ask('POST', '/invites', {})).code, 0);
    });

    test('only a hash is stored', async () => {
        const { token } = await ok('POST', '/invites', by(alice, {}));
        const stored = fs.readdirSync(server.dataDir).filter((name) => name.startsWith('chatd.db'))
            .map((name) => fs.readFileSync(path.join(server.dataDir, name)));
        const holds = (text) => stored.some((bytes) => bytes.includes(text));
        assert.ok(holds(crypto.createHash('sha256').update(token).digest('hex')) && !holds(token));
    });
});

describe('into a group', () => {
    test('owner and managers make links; who follows one is a member at once; they can be revoked', async () => {
        const group = await f.group(alice, [bob]);
        const id = group.id || group;
        await refused('not_manager', 'POST', `/groups/${id}/invites`, by(bob, {}));
        const made = await ok('POST', `/groups/${id}/invites`, by(alice, { uses: 2 }));
        assert.equal((await ok('GET', `/invites/${made.token}`)).group.id, id);
        await ok('POST', `/invites/${made.token}/accept`, by(carol));
        await refused('already_member', 'POST', `/invites/${made.token}/accept`, by(carol));
        assert.ok((await ok('GET', '/conversations', by(carol))).items.some((one) => one.targetId === id));
        assert.equal((await ok('GET', `/groups/${id}/invites`, by(alice))).items[0].used, 1);
        await refused('not_manager', 'GET', `/groups/${id}/invites`, by(carol));
        await ok('DELETE', `/invites/${made.id}`, by(alice));
        assert.equal((await ok('GET', `/invites/${made.token}`)).valid, false);
    });
});

describe('GET /qr', () => {
    const get = (query) => request(server, 'GET', `/api/v1/qr?${new URLSearchParams(query)}`);
    test('a URL of this site, as SVG and PNG, read back by another implementation', async () => {
        const text = `${server.url}/#/invite/0123456789abcdef`;
        const svg = await get({ text });
        assert.equal(svg.headers['content-type'], 'image/svg+xml');
        assert.equal(readSvg(svg.text), text);
        const png = await get({ text, format: 'png' });
        assert.equal(png.headers['content-type'], 'image/png');
        assert.equal(readPng(png.bytes), text);
    });

    test('no other site, and nothing but URLs', async () => {
        const { host } = new URL(server.url);
        for (const text of ['https://example.org/', 'hello', `javascript:alert(1)//${host}`, `https://${host}@evil.example/`,
            `https://evil.example\\@${host}/`, 'http://evil.example/?127.0.0.1', 'http://127.0.0.1.evil.example/', 'http://']) {
            const answer = JSON.parse((await get({ text })).text);
            assert.equal(answer.result?.error, 'bad_field', text);
        }
        assert.equal(JSON.parse((await get({ text: `http://${host}/${'x'.repeat(300)}` })).text).result.error, 'bad_field');
    });
});

test('a link made at localhost leads to an address others can reach', async () => {
    const other = await startServer({ set: { listen: ['0', '0s'] } });
    try {
        const [zoe] = await freeim(other).people('link', 1);
        const answer = await request(other, 'POST', '/api/v1/invites', { headers: { Authorization: zoe.token, Host: `localhost:${other.port}` }, body: '' });
        const { url } = JSON.parse(answer.text).result;
        assert.match(url, new RegExp(`^http://(?!localhost|127)\\S+:${other.port}/#/invite/`));
    } finally {
        await other.stop();
    }
});
