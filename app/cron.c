/* See cron.h. */
#include "cron.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "domain/call.h"
#include "domain/captcha.h"
#include "domain/code.h"
#include "domain/file.h"
#include "domain/search.h"
#include "domain/seen.h"
#include "domain/online.h"
#include "domain/session.h"
#include "tls/tls.h"

#define TICK_MS 250
#define RENEW_MS 10000 /* after a change of addresses, browsers wait no longer for a certificate */

struct cron {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
    const struct services *sv;
    struct tls *tls;
    void (*on_failure)(void);
};

static enum err checkpoint(struct ctx *cx)
{
    db_checkpoint(cx->sv->db);
    return OK;
}

static const struct job {
    const char *name;
    int64_t every_ms;
    enum err (*run)(struct ctx *cx);
} jobs[] = {
    { "checkpoint", 250, checkpoint },
    { "index messages", 250, search_index },
    { "call deadlines", 500, call_sweep },
    { "tell who went", 1000, online_announce },
    { "expire captchas", 60000, captcha_expire },
    { "expire codes", 60000, code_expire },
    { "expire uploads", 600000, upload_expire },
    { "expire sessions", 600000, session_expire },
    { "note who was seen", 60000, seen_write },
    { "expire refresh tokens", 600000, session_expire_refresh },
};
#define JOB_COUNT (sizeof jobs / sizeof jobs[0])

static void run_due(struct cron *cron, struct arena *arena, int64_t due_ms[JOB_COUNT])
{
    for (size_t i = 0; i < JOB_COUNT; i++) {
        struct ctx cx;
        int64_t now_ms = clock_mono_ms(cron->sv->clock);
        enum err e;

        if (now_ms < due_ms[i])
            continue;
        due_ms[i] = now_ms + jobs[i].every_ms;
        ctx_init(&cx, cron->sv, arena, "cron", "");
        e = jobs[i].run(&cx);
        ctx_release(&cx);
        arena_reset(arena);
        if (e != OK)
            log_warn("cron", "%s: %s", jobs[i].name, err_meaning(e));
    }
}

static void *run(void *arg)
{
    struct cron *cron = arg;
    struct arena *arena = arena_new();
    int64_t due_ms[JOB_COUNT] = { 0 }, renew_ms = 0;
    bool told = false;

    pthread_mutex_lock(&cron->lock);
    while (!cron->stop) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += TICK_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&cron->wake, &cron->lock, &until);
        if (cron->stop)
            break;
        pthread_mutex_unlock(&cron->lock);
        run_due(cron, arena, due_ms);
        if (clock_mono_ms(cron->sv->clock) >= renew_ms) {
            renew_ms = clock_mono_ms(cron->sv->clock) + RENEW_MS;
            tls_renew(cron->tls);
        }
        if (!told && db_failed(cron->sv->db)) {
            told = true;
            cron->on_failure();
        }
        pthread_mutex_lock(&cron->lock);
    }
    pthread_mutex_unlock(&cron->lock);
    arena_free(arena);
    return NULL;
}

struct cron *cron_start(const struct services *sv, struct tls *tls, void (*on_failure)(void))
{
    struct cron *cron = calloc(1, sizeof *cron);
    pthread_condattr_t monotonic;

    if (cron == NULL)
        abort();
    cron->sv = sv;
    cron->tls = tls;
    cron->on_failure = on_failure;
    pthread_mutex_init(&cron->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&cron->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&cron->thread, NULL, run, cron) != 0)
        abort();
    return cron;
}

void cron_stop(struct cron *cron)
{
    if (cron == NULL)
        return;
    pthread_mutex_lock(&cron->lock);
    cron->stop = true;
    pthread_cond_signal(&cron->wake);
    pthread_mutex_unlock(&cron->lock);
    pthread_join(cron->thread, NULL);
    pthread_mutex_destroy(&cron->lock);
    pthread_cond_destroy(&cron->wake);
    free(cron);
}
