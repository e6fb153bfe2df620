'use strict';
/* The first administrator of a test server, made by the link it printed at its start. */
const assert = require('node:assert/strict');
const { runChatd } = require('./server.js');
const { Person, PASSWORD } = require('./client.js');

/* The token of the link the server printed, or null. */
function printedToken(server) {
    return /^setup \S+\/setup#([0-9a-f]{40})$/m.exec(server.stdout)?.[1] || null;
}

/* `chatd setup-link` for the same data folder: a fresh token. */
async function anotherToken(server) {
    const ran = await runChatd(['-s', `data_dir=${server.dataDir}`, '-s', `listen=${server.options.set?.listen?.[0] || '127.0.0.1:0'}`, 'setup-link']);
    assert.equal(ran.code, 0, ran.stderr);
    return /^http:\S+\/setup#([0-9a-f]{40})\n$/.exec(ran.stdout)[1];
}

/* A person who is an administrator. username may be an account there is. */
async function makeAdmin(server, username = 'root1', password = PASSWORD) {
    const nobody = new Person(server);
    const token = printedToken(server) || (await anotherToken(server));
    const { token: session } = await nobody.ok('POST /setup', { token, username, password });
    const admin = new Person(server, { name: username, token: session, password });
    admin.id = (await admin.ok('GET /me/info')).account.id;
    return admin;
}

module.exports = { printedToken, anotherToken, makeAdmin };
