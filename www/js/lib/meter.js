// How loud a stream is now.

/**
 * @param {MediaStream} stream  with a sound track
 * @returns {{ level: () => number, close: () => void }} level is 0..1
 */
export function meter(stream) {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    return {
        level() {
            analyser.getFloatTimeDomainData(samples);
            const power = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
            return Math.min(1, Math.sqrt(power) * 4);
        },
        close: () => context.close(),
    };
}
