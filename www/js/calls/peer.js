// The connection to one other person in a call. One sound and one picture line are agreed on at the
// start and stay: muting, cameras and screens only change what runs through them, so that nothing
// has to be agreed on again. A data line tells the other side what it sees.

const GIVE_UP_MS = 20000;
const RESTART_MS = 3000;

/**
 * @typedef {object} PeerHandlers
 * @property {(type: string, body: any) => void} signal  sends an offer, answer or candidate
 * @property {(part: object) => void} change  stream, connection ("connecting", "connected",
 *           "reconnecting", "failed"), path ("direct", "relay"), and the other's mic, camera, screen
 */

/**
 * @param {RTCIceServer[]} iceServers
 * @param {PeerHandlers} handlers
 */
export function createPeer(iceServers, handlers) {
    const pc = new RTCPeerConnection({ iceServers });
    const stream = new MediaStream();
    const state = pc.createDataChannel("state", { negotiated: true, id: 0 });
    let told = { mic: false, camera: false, screen: false };
    let tracks = { audio: null, video: null };
    /** @type {any[]} */
    let early = [];
    let isOfferer = false;
    let isClosed = false;
    /** @type {Promise<any>} */
    let last = Promise.resolve();
    let restartTimer = 0;
    let giveUpTimer = 0;

    /** One step after the other, in the order of the frames: they must not meet half-way. */
    const inTurn = (/** @type {() => any} */ step) => {
        const done = last.then(() => (isClosed ? undefined : step())).catch((error) => {
            if (!isClosed) throw error;
        });
        last = done.catch(() => {});
        return done;
    };

    const tell = () => {
        if (state.readyState === "open") state.send(JSON.stringify(told));
    };
    state.onopen = tell;
    state.onmessage = (event) => {
        try {
            const { mic, camera, screen } = JSON.parse(event.data);
            handlers.change({ mic: Boolean(mic), camera: Boolean(camera), screen: Boolean(screen) });
        } catch {
            // Not ours: another client may use the line for something else.
        }
    };

    pc.onicecandidate = ({ candidate }) => handlers.signal("candidate", candidate && candidate.toJSON());
    pc.ontrack = ({ track }) => {
        stream.addTrack(track);
        handlers.change({ stream: new MediaStream(stream.getTracks()) });
    };

    async function offer(options) {
        isOfferer = true;
        await pc.setLocalDescription(await pc.createOffer(options));
        handlers.signal("offer", pc.localDescription.toJSON());
    }

    async function notePath() {
        const stats = await pc.getStats();
        for (const report of stats.values()) {
            if (report.type !== "candidate-pair" || report.state !== "succeeded" || !report.nominated) continue;
            const local = stats.get(report.localCandidateId);
            handlers.change({ path: local?.candidateType === "relay" ? "relay" : "direct" });
        }
    }

    function onConnection() {
        clearTimeout(restartTimer);
        const now = pc.connectionState;
        if (now === "connected") {
            clearTimeout(giveUpTimer);
            giveUpTimer = 0;
            handlers.change({ connection: "connected" });
            notePath().catch(() => {});
        } else if (now === "disconnected" || now === "failed") {
            handlers.change({ connection: "reconnecting" });
            giveUpTimer ||= setTimeout(() => handlers.change({ connection: "failed" }), GIVE_UP_MS);
            const restart = () => {
                if (isOfferer) inTurn(() => offer({ iceRestart: true })).catch(() => {});
            };
            if (now === "failed") restart();
            else restartTimer = setTimeout(restart, RESTART_MS);
        }
    }
    pc.onconnectionstatechange = onConnection;
    giveUpTimer = setTimeout(() => handlers.change({ connection: "failed" }), GIVE_UP_MS);

    async function applyTracks() {
        const find = (kind) => pc.getTransceivers()
            .find((one) => one.receiver.track && one.receiver.track.kind === kind);
        for (const kind of ["audio", "video"]) {
            const line = find(kind);
            if (!line) continue;
            if (line.direction !== "sendrecv") line.direction = "sendrecv";
            if (line.sender.track !== tracks[kind]) await line.sender.replaceTrack(tracks[kind]);
        }
    }

    async function addEarly() {
        const waiting = early;
        early = [];
        for (const candidate of waiting) await pc.addIceCandidate(candidate || undefined).catch(() => {});
    }

    return {
        /** What I send from now on; null for nothing. */
        async send(next, words) {
            tracks = next;
            told = words;
            tell();
            await applyTracks();
        },
        /** Begins: the other side has just entered. */
        begin: () => inTurn(async () => {
            pc.addTransceiver("audio", { direction: "sendrecv" });
            pc.addTransceiver("video", { direction: "sendrecv" });
            await applyTracks();
            await offer();
        }),
        takeOffer: (description) => inTurn(async () => {
            isOfferer = false;
            await pc.setRemoteDescription(description);
            await applyTracks();
            await pc.setLocalDescription(await pc.createAnswer());
            handlers.signal("answer", pc.localDescription.toJSON());
            await addEarly();
        }),
        takeAnswer: (description) => inTurn(async () => {
            await pc.setRemoteDescription(description);
            await addEarly();
        }),
        takeCandidate: (candidate) => inTurn(async () => {
            if (!pc.remoteDescription) early.push(candidate);
            else await pc.addIceCandidate(candidate || undefined).catch(() => {});
        }),
        stats: () => pc.getStats(),
        close() {
            isClosed = true;
            clearTimeout(restartTimer);
            clearTimeout(giveUpTimer);
            pc.onconnectionstatechange = pc.onicecandidate = pc.ontrack = null;
            pc.close();
        },
    };
}
