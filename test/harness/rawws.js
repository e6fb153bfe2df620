'use strict';
/* A WebSocket client that follows RFC 6455 only where the test wants it to: the handshake is written by hand, frames
 * may be wrong in every field, bytes may be sent one at a time. Independent of npm's ws on purpose. */
const crypto = require('node:crypto');
const net = require('node:net');
const tls = require('node:tls');
const { within, DEADLINE_MS } = require('./wait.js');

const OP = { CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 };
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/* The bytes of one frame. lengthBytes: 0 (as short as possible), 2 or 8; announce: a length other than the payload's. */
function frameBytes({ fin = true, rsv = 0, opcode = OP.TEXT, mask = true, payload = '', lengthBytes, announce }) {
    const data = Buffer.isBuffer(payload) ? payload : Buffer.from(payload);
    const length = announce === undefined ? BigInt(data.length) : BigInt(announce);
    const size = lengthBytes === undefined ? (length < 126n ? 0 : length < 65536n ? 2 : 8) : lengthBytes;
    const head = Buffer.alloc(2 + size + (mask ? 4 : 0));
    head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
    head[1] = (mask ? 0x80 : 0) | (size === 0 ? Number(length) : size === 2 ? 126 : 127);
    if (size === 2) head.writeUInt16BE(Number(length), 2);
    if (size === 8) head.writeBigUInt64BE(length, 2);
    if (!mask) return Buffer.concat([head, data]);
    const key = crypto.randomBytes(4);
    key.copy(head, 2 + size);
    const masked = Buffer.alloc(data.length);
    for (let i = 0; i < data.length; i++) masked[i] = data[i] ^ key[i & 3];
    return Buffer.concat([head, masked]);
}

/* A Close payload. */
function closePayload(code, reason = '') {
    const text = Buffer.isBuffer(reason) ? reason : Buffer.from(reason);
    const out = Buffer.alloc(2 + text.length);
    out.writeUInt16BE(code, 0);
    text.copy(out, 2);
    return out;
}

/* Takes one frame off the front of bytes: {frame, rest}, or null if it is not complete. */
function takeFrame(bytes) {
    if (bytes.length < 2) return null;
    let at = 2;
    let length = bytes[1] & 0x7f;
    if (length === 126) {
        if (bytes.length < 4) return null;
        length = bytes.readUInt16BE(2);
        at = 4;
    } else if (length === 127) {
        if (bytes.length < 10) return null;
        length = Number(bytes.readBigUInt64BE(2));
        at = 10;
    }
    const masked = (bytes[1] & 0x80) !== 0;
    if (masked) at += 4;
    if (bytes.length < at + length) return null;
    const frame = {
        fin: (bytes[0] & 0x80) !== 0,
        rsv: (bytes[0] >> 4) & 7,
        opcode: bytes[0] & 15,
        masked,
        payload: Buffer.from(bytes.subarray(at, at + length)),
    };
    return { frame, rest: bytes.subarray(at + length) };
}

class RawSocket {
    constructor(socket, rest) {
        this.socket = socket;
        this.frames = [];
        this.waiting = [];
        this.rest = rest;
        this.ended = false;
        socket.on('data', (part) => {
            this.rest = Buffer.concat([this.rest, part]);
            this.parse();
        });
        const end = () => {
            this.ended = true;
            this.wake();
        };
        socket.on('close', end);
        socket.on('error', end);
        this.parse();
    }

    parse() {
        for (let got = takeFrame(this.rest); got; got = takeFrame(this.rest)) {
            this.rest = got.rest;
            this.frames.push(got.frame);
        }
        this.wake();
    }

    wake() {
        for (const resolve of this.waiting.splice(0)) resolve();
    }

    write(bytes) {
        return new Promise((resolve) =>
            this.socket.destroyed ? resolve() : this.socket.write(bytes, () => resolve()),
        );
    }

    send(frame) {
        return this.write(frameBytes(frame));
    }

    text(value) {
        return this.send({ opcode: OP.TEXT, payload: typeof value === 'string' ? value : JSON.stringify(value) });
    }

    ping(payload = '') {
        return this.send({ opcode: OP.PING, payload });
    }

    close(code, reason) {
        return this.send({ opcode: OP.CLOSE, payload: code === undefined ? '' : closePayload(code, reason) });
    }

    /* The next frame that is not a ping of the server's heartbeat; null when the connection has ended. */
    async next(what = 'a frame', ms = DEADLINE_MS) {
        const end = Date.now() + ms;
        for (;;) {
            const frame = this.frames.shift();
            if (frame && frame.opcode === OP.PING) await this.send({ opcode: OP.PONG, payload: frame.payload });
            else if (frame) return frame;
            else if (this.ended) return null;
            else
                await within(new Promise((resolve) => this.waiting.push(resolve)), what, Math.max(1, end - Date.now()));
        }
    }

    /* The next frame if it has this opcode. Text comes as a string, others as bytes. */
    async expect(opcode, what) {
        const frame = await this.next(what);
        if (frame === null) throw new Error(`the connection ended instead of: ${what || `opcode ${opcode}`}`);
        if (frame.opcode !== opcode)
            throw new Error(
                `opcode ${frame.opcode} (${frame.payload.subarray(0, 100)}) instead of ${opcode}: ${what || ''}`,
            );
        return opcode === OP.TEXT ? frame.payload.toString('utf8') : frame.payload;
    }

    /* Reads on until the server's Close and the end of the connection: the code, 0 for an empty Close, 1006 if the
     * connection ended without one. */
    async closed(ms = DEADLINE_MS) {
        let code = 1006;
        for (;;) {
            const frame = await this.next('the connection to end', ms);
            if (frame === null) return code;
            if (frame.opcode === OP.CLOSE) {
                code = frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : 0;
                await this.send({ opcode: OP.CLOSE, payload: frame.payload });
            }
        }
    }

    pause() {
        this.socket.pause();
    }

    resume() {
        this.socket.resume();
    }

    destroy() {
        this.socket.destroy();
    }
}

/* The lines of a handshake. A header given as null is left out. */
function handshakeLines(
    server,
    { method = 'GET', version = 'HTTP/1.1', path = '/api/v1/ws', token, key, headers = {} },
) {
    const all = {
        Host: `${server.host}:${server.port}`,
        Upgrade: 'websocket',
        Connection: 'Upgrade',
        'Sec-WebSocket-Key': key,
        'Sec-WebSocket-Version': '13',
        ...(token ? { Authorization: token } : {}),
        ...headers,
    };
    const lines = Object.entries(all)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => `${name}: ${value}`);
    return `${[`${method} ${path} ${version}`, ...lines].join('\r\n')}\r\n\r\n`;
}

function dial(server, options) {
    const at = { host: server.host, port: server.port, localAddress: options.localAddress };
    const socket = server.tls ? tls.connect({ ...at, rejectUnauthorized: false, ...options.tls }) : net.connect(at);
    socket.setNoDelay(true);
    return new Promise((resolve, reject) => {
        socket.once('error', reject);
        socket.once(server.tls ? 'secureConnect' : 'connect', () => resolve(socket));
    });
}

/* Sends a handshake. {status, headers, body, ws}: ws is a RawSocket after a 101, else null. */
async function handshake(server, options = {}) {
    const key = crypto.randomBytes(16).toString('base64');
    const socket = await within(dial(server, options), 'a connection');
    const answer = new Promise((resolve) => {
        let bytes = Buffer.alloc(0);
        const judge = (ended) => {
            const end = bytes.indexOf('\r\n\r\n');
            const length =
                end < 0
                    ? 0
                    : Number(/content-length: *(\d+)/i.exec(bytes.subarray(0, end).toString('latin1'))?.[1] || 0);
            const isOpen = end >= 0 && /^HTTP\/1\.1 101 /.test(bytes.subarray(0, 20).toString('latin1'));
            if (!ended && (end < 0 || (!isOpen && bytes.length < end + 4 + length))) return;
            socket.removeAllListeners('data');
            resolve({
                head: bytes.subarray(0, Math.max(end, 0)).toString('latin1'),
                rest: Buffer.from(bytes.subarray(end + 4)),
                ended,
            });
        };
        socket.on('data', (part) => {
            bytes = Buffer.concat([bytes, part]);
            judge(false);
        });
        socket.once('close', () => judge(true));
        socket.once('error', () => judge(true));
    });
    socket.write(handshakeLines(server, { key, ...options }));
    const { head, rest } = await within(answer, 'an answer to the handshake');
    const [line, ...lines] = head.split('\r\n');
    const headers = Object.fromEntries(
        lines.map((one) => [one.slice(0, one.indexOf(':')).toLowerCase(), one.slice(one.indexOf(':') + 1).trim()]),
    );
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(line)?.[1] || 0);
    if (status !== 101) {
        socket.destroy();
        return { status, headers, body: rest.toString('utf8'), ws: null };
    }
    const accept = crypto
        .createHash('sha1')
        .update(key + GUID)
        .digest('base64');
    return { status, headers, accept, body: '', ws: new RawSocket(socket, rest) };
}

/* Takes out the frame that greets a new socket (of freeim: a ping): from then on it is counted in. News may come before
 * it; a Close, if this socket was not wanted after all, comes instead. */
async function greeting(ws, type) {
    const before = [];
    for (;;) {
        const frame = await ws.next('the greeting');
        if (frame === null) break;
        if (frame.opcode === OP.TEXT && JSON.parse(frame.payload).type === type) break;
        before.push(frame);
        if (frame.opcode === OP.CLOSE) break;
    }
    ws.frames.unshift(...before);
}

/* An open socket, or an error that says why not. options.greets: the type of the frame that greets it. */
async function open(server, token, options = {}) {
    const { status, body, ws } = await handshake(server, { token, ...options });
    if (!ws) throw new Error(`the socket did not open: ${status} ${body}`);
    await greeting(ws, options.greets ?? 'ping');
    return ws;
}

module.exports = { OP, frameBytes, closePayload, takeFrame, handshake, open };
