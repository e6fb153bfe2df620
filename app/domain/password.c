/* A gate of two around scrypt; see password.h. */
#include "domain/password.h"

#include <pthread.h>
#include <stdlib.h>

#define HASHES_AT_ONCE 2
#define HASHES_WAITING_MAX 16

struct hasher {
    pthread_mutex_t lock;
    pthread_cond_t free;
    int running, waiting;
};

struct hasher *hasher_new(void)
{
    struct hasher *h = calloc(1, sizeof *h);

    if (h == NULL)
        abort();
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->free, NULL);
    return h;
}

void hasher_free(struct hasher *h)
{
    if (h == NULL)
        return;
    pthread_mutex_destroy(&h->lock);
    pthread_cond_destroy(&h->free);
    free(h);
}

static enum err enter(struct ctx *cx)
{
    struct hasher *h = cx->sv->hasher;
    enum err e = OK;

    ctx_release(cx); /* a reader must not wait for a hash */
    pthread_mutex_lock(&h->lock);
    if (h->waiting >= HASHES_WAITING_MAX) {
        e = ERR_BUSY;
    } else {
        h->waiting++;
        while (h->running >= HASHES_AT_ONCE)
            pthread_cond_wait(&h->free, &h->lock);
        h->waiting--;
        h->running++;
    }
    pthread_mutex_unlock(&h->lock);
    return e;
}

static void leave(struct hasher *h)
{
    pthread_mutex_lock(&h->lock);
    h->running--;
    pthread_cond_signal(&h->free);
    pthread_mutex_unlock(&h->lock);
}

enum err password_hash(struct ctx *cx, const char *password, const char **hash_r)
{
    enum err e = enter(cx);

    if (e != OK)
        return e;
    e = crypto_password_hash(cx->arena, password, (int)cx->sv->conf->password_cost, hash_r);
    leave(cx->sv->hasher);
    return e;
}

enum err password_verify(struct ctx *cx, const char *password, const char *stored, bool *match_r,
                         bool *stale_r)
{
    enum err e = enter(cx);
    const char *unused;
    int cost = 0;

    if (e != OK)
        return e;
    if (stored[0] == '\0') {
        e = crypto_password_hash(cx->arena, password, (int)cx->sv->conf->password_cost, &unused);
        *match_r = false;
    } else {
        *match_r = crypto_password_verify(password, stored, &cost);
    }
    *stale_r = *match_r && cost != cx->sv->conf->password_cost;
    leave(cx->sv->hasher);
    return e;
}
