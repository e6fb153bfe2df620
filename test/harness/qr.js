'use strict';
/* Reads QR codes back, by another implementation than the one that wrote them: from a terminal's lines, from a PNG of
 * grey bytes, from an SVG of one-row rectangles. */
const zlib = require('node:zlib');
const jsqr = require('jsqr');

/* dark(row, column) over rows x columns modules -> the text. */
function readModules(rows, columns, dark) {
    const scale = 4;
    const width = columns * scale;
    const pixels = new Uint8ClampedArray(width * rows * scale * 4).fill(255);
    for (let y = 0; y < rows * scale; y++)
        for (let x = 0; x < width; x++)
            if (dark(Math.floor(y / scale), Math.floor(x / scale))) pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    return jsqr(pixels, width, rows * scale)?.data;
}

/* Half blocks, light where they are drawn. */
function readTerminal(text) {
    const lines = text.split('\n').filter((line) => line.includes('\x1b[')).map((line) => [.../\x1b\[[\d;]*m(.*)\x1b\[0m/.exec(line)[1]]);
    const light = { '█': [1, 1], '▀': [1, 0], '▄': [0, 1], ' ': [0, 0] };
    return readModules(lines.length * 2, lines[0].length, (row, column) => !light[lines[row >> 1][column]][row & 1]);
}

function readSvg(svg) {
    const [, size] = /viewBox="0 0 (\d+) \1"/.exec(svg);
    const dark = new Set();
    for (const [, x, y, run] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) for (let i = 0; i < run; i++) dark.add(`${y} ${Number(x) + i}`);
    return readModules(Number(size), Number(size), (row, column) => dark.has(`${row} ${column}`));
}

/* {width, height, pixels}, one byte each. */
function decodePng(png) {
    const [width, height, depth, colour] = [png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]];
    if (depth !== 8 || colour !== 0) throw new Error(`a PNG of depth ${depth}, colour ${colour}`);
    const parts = [];
    for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12)
        if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
    const raw = zlib.inflateSync(Buffer.concat(parts));
    const pixels = Buffer.alloc(width * height);
    for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
            const left = x > 0 ? pixels[y * width + x - 1] : 0;
            const up = y > 0 ? pixels[(y - 1) * width + x] : 0;
            const corner = x > 0 && y > 0 ? pixels[(y - 1) * width + x - 1] : 0;
            const near = [left, up, corner].map((one) => Math.abs(left + up - corner - one));
            const paeth = near[0] <= near[1] && near[0] <= near[2] ? left : near[1] <= near[2] ? up : corner;
            const guess = [0, left, up, (left + up) >> 1, paeth][raw[y * (width + 1)]];
            pixels[y * width + x] = raw[y * (width + 1) + 1 + x] + guess;
        }
    return { width, height, pixels };
}

function readPng(png) {
    const { width, height, pixels } = decodePng(png);
    const rgba = new Uint8ClampedArray(width * height * 4);
    pixels.forEach((value, i) => rgba.set([value, value, value, 255], i * 4));
    return jsqr(rgba, width, height)?.data;
}

module.exports = { readTerminal, readSvg, readPng, decodePng };
