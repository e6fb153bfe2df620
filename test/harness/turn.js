'use strict';
/* A real coturn of a test's own on the loopback, and the few lines of STUN (RFC 5389, 5766) that ask it for a relay. */
const { spawn } = require('node:child_process');
const crypto = require('node:crypto');
const dgram = require('node:dgram');
const fs = require('node:fs');
const path = require('node:path');
const { SLOW, within } = require('./wait.js');

const TURNSERVER = '/usr/bin/turnserver';
/* Why there can be no such test here, or false. */
const missing = fs.existsSync(TURNSERVER) ? false : `no ${TURNSERVER} on this machine`;

const COOKIE = 0x2112a442;
const ALLOCATE = 0x0003;
const ALLOCATED = 0x0103;
const REFUSED = 0x0113;
const ATTRIBUTE = { USERNAME: 6, INTEGRITY: 8, ERROR: 9, REALM: 0x14, NONCE: 0x15, TRANSPORT: 0x19, RELAYED: 0x16 };

function attribute(type, value) {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(type, 0);
    head.writeUInt16BE(value.length, 2);
    return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

/* A request with attributes; key: also signed. */
function message(attributes, key) {
    let body = Buffer.concat(attributes.map(([type, value]) => attribute(type, Buffer.from(value))));
    const head = Buffer.alloc(20);
    head.writeUInt16BE(ALLOCATE, 0);
    head.writeUInt32BE(COOKIE, 4);
    crypto.randomFillSync(head, 8);
    head.writeUInt16BE(body.length + (key ? 24 : 0), 2);
    if (key) {
        const sum = crypto.createHmac('sha1', key).update(Buffer.concat([head, body])).digest();
        body = Buffer.concat([body, attribute(ATTRIBUTE.INTEGRITY, sum)]);
    }
    return Buffer.concat([head, body]);
}

function parse(data) {
    const values = new Map();
    for (let at = 20; at + 4 <= data.length; ) {
        const len = data.readUInt16BE(at + 2);
        values.set(data.readUInt16BE(at), data.subarray(at + 4, at + 4 + len));
        at += 4 + len + ((4 - (len % 4)) % 4);
    }
    return { type: data.readUInt16BE(0), values };
}

/* Sends until it is answered: UDP may lose anything. */
async function ask(socket, port, data) {
    const answer = new Promise((resolve) => socket.once('message', resolve));
    const again = setInterval(() => socket.send(data, port, '127.0.0.1'), 500);
    socket.send(data, port, '127.0.0.1');
    try {
        return parse(await within(answer, 'an answer of the TURN server', 20000 * SLOW));
    } finally {
        clearInterval(again);
    }
}

/* Asks for a relay. {allocated: true} or {allocated: false, code}. */
async function allocate(port, username, credential) {
    const socket = dgram.createSocket('udp4');
    const transport = [ATTRIBUTE.TRANSPORT, [17, 0, 0, 0]]; /* UDP */
    try {
        const challenge = await ask(socket, port, message([transport]));
        const realm = challenge.values.get(ATTRIBUTE.REALM);
        const nonce = challenge.values.get(ATTRIBUTE.NONCE);
        const key = crypto.createHash('md5').update(`${username}:${realm}:${credential}`).digest();
        const signed = [transport, [ATTRIBUTE.USERNAME, username], [ATTRIBUTE.REALM, realm], [ATTRIBUTE.NONCE, nonce]];
        const { type, values } = await ask(socket, port, message(signed, key));
        if (type === ALLOCATED) return { allocated: values.has(ATTRIBUTE.RELAYED) };
        const error = values.get(ATTRIBUTE.ERROR);
        return { allocated: false, code: type === REFUSED ? error[2] * 100 + error[3] : type };
    } finally {
        socket.close();
    }
}

/* A free port for UDP and TCP alike. */
async function freePort() {
    const socket = dgram.createSocket('udp4');
    await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const { port } = socket.address();
    await new Promise((resolve) => socket.close(resolve));
    return port;
}

/* Starts coturn with the text of a configuration, which names port, in dir. The promise is its process. */
async function startCoturn(text, port, dir) {
    const conf = path.join(dir, 'turnserver.conf');
    fs.writeFileSync(conf, text);
    const args = ['-c', conf, '-L', '127.0.0.1', '-E', '127.0.0.1', '--allow-loopback-peers', '--log-file=stdout'];
    const child = spawn(TURNSERVER, [...args, `--pidfile=${dir}/pid`, `--userdb=${dir}/turn.db`], { cwd: dir });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.ended = new Promise((resolve) => child.once('close', resolve));
    child.output = () => output;
    const socket = dgram.createSocket('udp4');
    try {
        await ask(socket, port, message([[ATTRIBUTE.TRANSPORT, [17, 0, 0, 0]]])); /* it listens once it answers */
    } catch (error) {
        child.kill('SIGKILL');
        throw new Error(`${error.message}:\n${output}`);
    } finally {
        socket.close();
    }
    return child;
}

module.exports = { missing, allocate, freePort, startCoturn };
