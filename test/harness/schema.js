'use strict';
/* The few words of JSON Schema the answer schemas in test/spec use: type, const, enum, pattern, minLength, minimum,
 * required, properties, additionalProperties, items, minItems, anyOf and $ref into $defs. A word it does not know is
 * an error, so that a schema cannot quietly check nothing. */

const KNOWN = new Set([
    'type',
    'const',
    'enum',
    'pattern',
    'minLength',
    'minimum',
    'required',
    'properties',
    'additionalProperties',
    'items',
    'minItems',
    'anyOf',
    '$ref',
    '$comment',
]);

function typeOf(value) {
    if (value === null) return 'null';
    if (Array.isArray(value)) return 'array';
    if (Number.isInteger(value)) return 'integer';
    return typeof value;
}

const fitsType = (value, type) => typeOf(value) === type || (type === 'number' && typeof value === 'number');

/* What is wrong with value, as "path: sentence" texts; none is good. */
function validate(root, schema, value, at = '$') {
    for (const word of Object.keys(schema))
        if (!KNOWN.has(word)) throw new Error(`schema: unknown word ${word} at ${at}`);
    if (schema.$ref) {
        const target = root.$defs[schema.$ref.replace('#/$defs/', '')];
        if (!target) throw new Error(`schema: no ${schema.$ref}`);
        return validate(root, target, value, at);
    }
    if (schema.anyOf) {
        const tries = schema.anyOf.map((one) => validate(root, one, value, at));
        return tries.some((faults) => faults.length === 0) ? [] : tries[0];
    }
    const faults = [];
    const types = schema.type === undefined ? [] : [].concat(schema.type);
    if (types.length > 0 && !types.some((type) => fitsType(value, type)))
        return [`${at}: is ${typeOf(value)}, not ${types.join(' or ')}`];
    if ('const' in schema && value !== schema.const)
        faults.push(`${at}: is ${JSON.stringify(value)}, not ${JSON.stringify(schema.const)}`);
    if (schema.enum && !schema.enum.includes(value))
        faults.push(`${at}: ${JSON.stringify(value)} is none of ${schema.enum}`);
    if (schema.pattern && !new RegExp(schema.pattern, 'u').test(value))
        faults.push(`${at}: ${JSON.stringify(value)} is not like ${schema.pattern}`);
    if (schema.minLength !== undefined && [...value].length < schema.minLength) faults.push(`${at}: is too short`);
    if (schema.minimum !== undefined && value < schema.minimum)
        faults.push(`${at}: ${value} is below ${schema.minimum}`);
    if (typeOf(value) === 'object') faults.push(...validateObject(root, schema, value, at));
    if (typeOf(value) === 'array') {
        if (schema.minItems !== undefined && value.length < schema.minItems)
            faults.push(`${at}: has ${value.length} items`);
        if (schema.items) value.forEach((item, i) => faults.push(...validate(root, schema.items, item, `${at}[${i}]`)));
    }
    return faults;
}

function validateObject(root, schema, value, at) {
    const faults = [];
    const properties = schema.properties || {};
    for (const key of schema.required || []) if (!(key in value)) faults.push(`${at}: ${key} is missing`);
    for (const [key, item] of Object.entries(value)) {
        if (properties[key]) faults.push(...validate(root, properties[key], item, `${at}.${key}`));
        else if (schema.additionalProperties === false) faults.push(`${at}: ${key} is not in the document`);
    }
    return faults;
}

module.exports = { validate };
