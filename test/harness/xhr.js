'use strict';
/* As much of a browser as qiniu-js asks for: XMLHttpRequest with upload progress, FileReader, File, localStorage. Its
 * requests go out through node's own client, so what is tested is the library and the server, not a fetch of ours. */
const http = require('node:http');
const { File } = require('node:buffer');

const PIECE = 64 * 1024;

/* {type, bytes} of what send() may be given. */
async function encode(body) {
  if (body === undefined || body === null) return { bytes: Buffer.alloc(0) };
  if (typeof body === 'string') return { type: 'text/plain;charset=UTF-8', bytes: Buffer.from(body) };
  const wrapped = new Response(body); /* knows how forms and blobs are written */
  return { type: wrapped.headers.get('content-type'), bytes: Buffer.from(await wrapped.arrayBuffer()) };
}

class XMLHttpRequest {
  constructor() {
    this.upload = new EventTarget();
    this.readyState = 0;
    this.status = 0;
    this.responseText = '';
    this.asked = {};
    this.onreadystatechange = () => {};
  }

  open(method, url) {
    this.method = method;
    this.url = url;
  }

  setRequestHeader(name, value) {
    this.asked[name.toLowerCase()] = value;
  }

  getResponseHeader(name) {
    return this.response?.headers[name.toLowerCase()] ?? null;
  }

  abort() {
    this.rq?.destroy();
  }

  finish(status) {
    this.status = status;
    this.readyState = 4;
    this.onreadystatechange();
  }

  async send(body) {
    const { type, bytes } = await encode(body);
    const headers = { ...(type ? { 'content-type': type } : {}), ...this.asked, 'content-length': bytes.length };
    this.rq = http.request(this.url, { method: this.method, headers, agent: false });
    this.rq.on('error', () => this.finish(0));
    this.rq.on('response', (response) => {
      this.response = response;
      response.setEncoding('utf8').on('data', (text) => (this.responseText += text)).on('end', () => this.finish(response.statusCode));
    });
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE);
      await new Promise((resolve) => this.rq.write(piece, resolve));
      const event = Object.assign(new Event('progress'), { lengthComputable: true, loaded: at + piece.length, total: bytes.length });
      this.upload.dispatchEvent(event);
    }
    this.rq.end();
  }
}

class FileReader {
  readAsArrayBuffer(blob) {
    blob.arrayBuffer().then((result) => this.onload({ target: { result } }), (error) => this.onerror(error));
  }
}

function installBrowser() {
  const store = new Map();
  const localStorage = { getItem: (key) => store.get(key) ?? null, setItem: (key, value) => store.set(key, String(value)), removeItem: (key) => store.delete(key) };
  Object.assign(globalThis, { window: globalThis, XMLHttpRequest, FileReader, File, localStorage });
}

module.exports = { installBrowser };
