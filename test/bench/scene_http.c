/* Scenes over plain HTTP: reading, and sending with the answer meaning "on disk". */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hist.h"
#include "load.h"

struct scene {
    struct load *ld;
    struct lane *lanes;
    struct hist waited;
    uint64_t until_ns;
    long broken; /* connections that ended under a request */
    long n;
    void (*ask)(struct scene *sc, struct lane *l);
};

static void ask_get(struct scene *sc, struct lane *l)
{
    lane_get(l, sc->ld->path, sc->ld->accounts[l->n % sc->ld->account_count].token);
}

static void ask_send(struct scene *sc, struct lane *l)
{
    const struct load *ld = sc->ld;
    long senders = ld->group != 0 ? ld->members : ld->account_count;
    const struct account *from = &ld->accounts[l->n % senders];
    const struct account *peer = &ld->accounts[(l->n % senders) ^ 1];
    size_t len;
    char *json = ld->group != 0 ? message_json(ld, ld->group, "group", sc->n++, &len)
                                : message_json(ld, peer->id, "friend", sc->n++, &len);

    lane_post(l, "/api/v1/chat/send", from->token, json, len);
    free(json);
}

static void answered(struct lane *l, int status, const char *body, size_t len)
{
    struct scene *sc = l->arg;
    uint64_t now = now_ns();

    (void)len;
    if (status == 0) {
        sc->broken++;
    } else {
        must_succeed(status, body);
        hist_add(&sc->waited, now - l->asked_ns);
    }
    if (now < sc->until_ns)
        sc->ask(sc, l);
}

static bool is_idle(const struct scene *sc)
{
    for (long i = 0; i < sc->ld->conns; i++)
        if (sc->lanes[i].is_busy)
            return false;
    return true;
}

static void run(struct load *ld, void (*ask)(struct scene *sc, struct lane *l))
{
    struct scene *sc = must_alloc(NULL, sizeof *sc);
    uint64_t start, end;

    memset(sc, 0, sizeof *sc);
    sc->ld = ld;
    sc->ask = ask;
    sc->lanes = must_alloc(NULL, (size_t)ld->conns * sizeof *sc->lanes);
    memset(sc->lanes, 0, (size_t)ld->conns * sizeof *sc->lanes);
    start = now_ns();
    sc->until_ns = start + (uint64_t)ld->ms * 1000000;
    for (long i = 0; i < ld->conns; i++) {
        lane_init(&sc->lanes[i], &ld->loop, answered);
        sc->lanes[i].arg = sc;
        sc->lanes[i].n = i;
        ask(sc, &sc->lanes[i]);
    }
    loop_run(&ld->loop, sc->until_ns);
    end = now_ns();
    while (!is_idle(sc) && now_ns() < end + 10 * SECOND_NS)
        loop_run(&ld->loop, now_ns() + 1000000);
    errno = 0;
    if (!is_idle(sc))
        die("a request was not answered for ten seconds");
    end = now_ns();
    printf("{\"conns\":%ld,\"count\":%llu,\"per_s\":%.0f,\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f,"
           "\"broken\":%ld}\n",
           ld->conns, (unsigned long long)sc->waited.count,
           (double)sc->waited.count * 1e9 / (double)(end - start), hist_ms(&sc->waited, 0.5),
           hist_ms(&sc->waited, 0.99), (double)sc->waited.max_ns / 1e6, sc->broken);
}

void scene_get(struct load *ld)
{
    run(ld, ask_get);
}

void scene_send(struct load *ld)
{
    run(ld, ask_send);
}
