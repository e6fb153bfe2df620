'use strict';
/* One client that talks without a pause until the server is gone: mostly new messages, now and then one it has sent
 * before, a forgery under an old id, or a read position; the owner of the group also leaves notices in it. */
const SENTENCES = ['are you there yet', '在路上，还有十分钟', 'bring the blue folder please', '好的，一会儿见', 'who has the key to the cellar?', '我把照片发到群里了'];

/* A seeded stream of numbers in [0, 1): mulberry32. */
function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const pick = (roll, list) => list[Math.floor(roll() * list.length)];

class Sender {
  constructor(person, world, history, roll) {
    Object.assign(this, { person, world, history, roll });
    this.acked = [];
    this.count = 0;
    this.mutes = 0;
  }

  /* Returns when the server no longer answers, or stop() was called. */
  async run() {
    this.isStopped = false;
    let goesOn = true;
    while (goesOn && !this.isStopped) goesOn = await this.step();
  }

  stop() {
    this.isStopped = true;
  }

  step() {
    const roll = this.roll();
    if (this.acked.length > 0 && roll < 0.04) return this.post(pick(this.roll, this.acked));
    if (this.acked.length > 0 && roll < 0.05) return this.forge(pick(this.roll, this.acked));
    if (this.acked.length > 0 && roll < 0.1) return this.read(pick(this.roll, this.acked));
    if (this.world.owner === this.person && roll > 0.8) return this.mute();
    return this.post(this.create());
  }

  create() {
    const { people, groupId } = this.world;
    const others = people.filter((one) => one !== this.person);
    const targetId = this.roll() < 0.5 ? groupId : pick(this.roll, others).id;
    const clientId = `${this.person.name}-${++this.count}`;
    return this.history.newSend(this.person.name, this.person.id, targetId, `${clientId}: ${pick(this.roll, SENTENCES)}`, clientId);
  }

  fields(send) {
    return { toId: send.targetId, ope: send.targetId < 10000000 ? 'group' : 'friend', type: 'text', body: send.body, isPrivate: 0, clientMsgId: send.clientId };
  }

  /* Sends, or sends again. false: no answer. */
  async post(send) {
    const about = { op: 'send', client: this.person.name, clientId: send.clientId };
    this.history.note('invoke', { ...about, to: send.targetId });
    const outcome = await this.person.ask('POST', '/api/v1/chat/send', this.fields(send));
    if (outcome.kind === 'ok') {
      if (send.state !== 'ok') this.acked.push(send);
      if (outcome.result.body !== send.body || outcome.result.clientMsgId !== send.clientId) this.history.surprise(`${send.clientId} was answered with ${JSON.stringify(outcome.result)}`);
      this.history.acked(send, outcome.result);
    } else {
      if (outcome.kind === 'fail') this.refused(send, outcome);
      this.history.note(outcome.kind, { ...about, ...outcome });
    }
    return outcome.kind !== 'unknown';
  }

  /* Nothing these clients send may be refused. */
  refused(send, outcome) {
    if (send.acks.length === 0) send.state = 'fail';
    this.history.surprise(`${send.clientId} was refused: ${JSON.stringify(outcome)}`);
  }

  /* Another text under an id that is taken must be refused, and must change nothing. */
  async forge(send) {
    const outcome = await this.person.ask('POST', '/api/v1/chat/send', { ...this.fields(send), body: 'forged' });
    if (outcome.kind === 'ok' || (outcome.kind === 'fail' && outcome.status !== 409)) this.history.surprise(`a forgery of ${send.clientId}: ${JSON.stringify(outcome)}`);
    return outcome.kind !== 'unknown';
  }

  /* Mutes the one who says nothing anyway, for one minute more each time. */
  async mute() {
    const { quiet, groupId } = this.world;
    const minute = ++this.mutes;
    const notice = this.history.newNotice(this.person.name, this.person.id, groupId, 'groupBanned', quiet.id, minute);
    this.history.note('invoke', { op: 'notice', client: this.person.name, clientId: notice.clientId });
    const outcome = await this.person.ask('POST', '/api/v1/chatGroups/banned', { groupId, toId: quiet.id, minute });
    if (outcome.kind === 'ok') this.history.noticeAcked(notice);
    else {
      if (outcome.kind === 'fail') this.refused(notice, outcome);
      this.history.note(outcome.kind, { op: 'notice', client: this.person.name, clientId: notice.clientId, ...outcome });
    }
    return outcome.kind !== 'unknown';
  }

  async read(send) {
    const seq = send.acks[0].seq;
    const outcome = await this.person.ask('POST', '/api/v1/chat/read', { toId: send.targetId, seq });
    if (outcome.kind === 'ok') this.history.sawRead(this.person.id, send.key, seq);
    if (outcome.kind === 'fail') this.history.surprise(`reading ${send.key} up to ${seq}: ${JSON.stringify(outcome)}`);
    return outcome.kind !== 'unknown';
  }

  /* After a crash: everything without an answer again, twice at once, as an impatient client would. */
  async resend(sends) {
    for (const send of sends) {
      send.isRetried = true;
      await Promise.all([this.post(send), this.post(send)]);
    }
  }
}

module.exports = { Sender, dice };
