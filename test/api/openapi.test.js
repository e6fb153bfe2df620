'use strict';
/* The server describes its own routes as OpenAPI 3.0.3: every one is there, and the documents are well formed. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer, runChatd } = require('../harness/server.js');
const { request } = require('../harness/http.js');

let server, routed;
before(async () => {
    server = await startServer();
    const { stdout } = await runChatd(['routes']);
    routed = stdout
        .trim()
        .split('\n')
        .map((line) => line.split('\t'))
        .map(([dialect, method, path]) => ({ dialect, method: method === 'WS' ? 'get' : method.toLowerCase(), path }));
});
after(() => server?.stop());

async function document(path) {
    const answer = await request(server, 'GET', path);
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers['content-type'], /^application\/json/);
    return JSON.parse(answer.text);
}

const TYPES = ['integer', 'number', 'string', 'boolean', 'array'];

function checkSchema(schema, what) {
    assert.ok(TYPES.includes(schema.type), `${what}: type ${schema.type}`);
    if (schema.type === 'array') assert.equal(schema.items.type, 'integer', what);
    if (schema.enum) assert.ok(schema.enum.length > 0 && new Set(schema.enum).size === schema.enum.length, what);
    for (const [low, high] of [
        ['minimum', 'maximum'],
        ['minLength', 'maxLength'],
        ['minItems', 'maxItems'],
    ])
        if (low in schema) assert.ok(schema[low] <= schema[high], `${what}: ${low} above ${high}`);
}

function checkOperation(doc, path, method, operation) {
    const what = `${method} ${path}`;
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((one) => one[1]).sort();
    const parameters = operation.parameters;
    const said = parameters.filter((one) => one.in === 'path');
    assert.deepEqual(said.map((one) => one.name).sort(), inPath, `${what}: parameters of the path`);
    for (const one of said) assert.equal(one.required, true, what);
    assert.equal(new Set(parameters.map((one) => `${one.in} ${one.name}`)).size, parameters.length, what);
    for (const one of parameters) {
        assert.ok(['path', 'query', 'header', 'cookie'].includes(one.in), what);
        checkSchema(one.schema, `${what} ${one.name}`);
    }
    if (operation.requestBody) {
        assert.notEqual(method, 'get', `${what} has a body`);
        const { schema } = operation.requestBody.content['application/json'];
        for (const [name, one] of Object.entries(schema.properties)) checkSchema(one, `${what} ${name}`);
        for (const name of schema.required || []) assert.ok(name in schema.properties, `${what}: ${name}`);
    }
    assert.ok(Object.keys(operation.responses).length > 0, what);
    for (const one of Object.values(operation.responses)) {
        assert.ok(one.description, what);
        const ref = one.content?.['application/json']?.schema.$ref;
        if (ref) assert.ok(doc.components.schemas[ref.replace('#/components/schemas/', '')], ref);
    }
    for (const one of operation.security) for (const name of Object.keys(one)) assert.ok(doc.components.securitySchemes[name]);
}

function checkDocument(doc, expected) {
    assert.equal(doc.openapi, '3.0.3');
    assert.ok(doc.info.title && doc.info.version);
    const has = [];
    const ids = new Set();
    for (const [path, methods] of Object.entries(doc.paths)) {
        assert.match(path, /^\//);
        for (const [method, operation] of Object.entries(methods)) {
            has.push(`${method} ${path}`);
            assert.ok(!ids.has(operation.operationId), operation.operationId);
            ids.add(operation.operationId);
            checkOperation(doc, path, method, operation);
        }
    }
    assert.deepEqual(has.sort(), [...new Set(expected.map((one) => `${one.method} ${one.path}`))].sort());
}

test('what stands below /api/v1 is all there', async () => {
    const doc = await document('/api/v1/openapi.json');
    checkDocument(doc, routed.filter((one) => ['freeim', 'site'].includes(one.dialect)));
    const send = doc.paths['/api/v1/chat/send'].post;
    const { properties, required } = send.requestBody.content['application/json'].schema;
    assert.deepEqual(properties.ope, { type: 'string', enum: ['friend', 'group'] });
    assert.deepEqual(properties.mentions, { type: 'array', minItems: 0, maxItems: 100, items: { type: 'integer' } });
    assert.deepEqual(required, ['toId', 'ope', 'type', 'body']);
    assert.deepEqual(send.security, [{ token: [] }]);
    assert.deepEqual(doc.paths['/api/v1/site/config'].get.security, []);
    const kinds = ['/api/v1/export', '/api/v1/qr'].map((path) => doc.paths[path].get.responses['200'].content);
    const binary = { schema: { type: 'string', format: 'binary' } };
    assert.deepEqual(kinds, [{ 'application/json': binary }, { 'image/*': binary }]);
});

test('and so is every other dialect', async () => {
    const names = [...new Set(routed.map((one) => one.dialect))];
    assert.ok(names.length >= 5);
    for (const name of names)
        checkDocument(await document(`/api/v1/openapi/${name}`), routed.filter((one) => one.dialect === name));
});

test('a dialect that is none has no document', async () => {
    const answer = await request(server, 'GET', '/api/v1/openapi/nothing');
    assert.deepEqual([answer.status, JSON.parse(answer.text).code], [404, 1]);
});
