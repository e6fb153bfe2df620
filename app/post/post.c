/* See post.h. Each medium has a queue and a thread, so that a slow mail server does not hold up
 * SMS. A letter that could not be sent goes back into the queue with a time before which it is not
 * tried again. */
#include "post/post.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "post/carrier.h"

#define QUEUE_MAX 256
#define STOP_MS 3000
#define FOREVER INT64_MAX

static const int64_t pause_ms[] = { 1000, 5000, 25000 }; /* after the first try, the second... */
#define TRIES_MAX (1 + (int)(sizeof pause_ms / sizeof pause_ms[0]))

struct item {
    struct letter letter;
    char id[33];
    int tries;
    int64_t due_ms; /* monotonic */
    char texts[];   /* what letter points to */
};

struct lane {
    const struct conf *conf;
    const char *name;
    enum outcome (*carry)(struct trip *t);
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct item *items[QUEUE_MAX + 1]; /* in the order they came; one more for the one in hand */
    size_t count;
    int64_t stop_at_ms; /* monotonic; FOREVER until post_stop */
};

struct post {
    struct lane mail, sms;
};

/* ---- items ---- */

static const char *keep(char **at, const char *text)
{
    size_t size = strlen(text) + 1;
    const char *kept = memcpy(*at, text, size);

    *at += size;
    return kept;
}

/* Owned: free. NULL when memory is out. */
static struct item *item_new(const struct letter *letter)
{
    size_t size = strlen(letter->to) + strlen(letter->purpose) + strlen(letter->site) +
                  strlen(letter->subject) + strlen(letter->text) + 5;
    struct item *item = malloc(sizeof *item + size);
    struct arena *arena;
    char *at;

    if (item == NULL)
        return NULL;
    at = item->texts;
    item->letter = *letter;
    item->letter.to = keep(&at, letter->to);
    item->letter.purpose = keep(&at, letter->purpose);
    item->letter.site = keep(&at, letter->site);
    item->letter.subject = keep(&at, letter->subject);
    item->letter.text = keep(&at, letter->text);
    item->tries = 0;
    item->due_ms = 0;
    arena = arena_new();
    memcpy(item->id, crypto_random_hex(arena), sizeof item->id);
    arena_free(arena);
    return item;
}

/* ---- the queue; the lock is held ---- */

static struct item *remove_at(struct lane *lane, size_t i)
{
    struct item *item = lane->items[i];

    lane->count--;
    memmove(&lane->items[i], &lane->items[i + 1], (lane->count - i) * sizeof lane->items[0]);
    return item;
}

/* The first item that may be tried now, or NULL with the time when one may. Once stopping, only
 * what was never tried. */
static struct item *take_due(struct lane *lane, int64_t now_ms, int64_t *next_ms_r)
{
    bool stopping = lane->stop_at_ms != FOREVER;

    *next_ms_r = FOREVER;
    if (now_ms >= lane->stop_at_ms)
        return NULL;
    for (size_t i = 0; i < lane->count; i++) {
        const struct item *item = lane->items[i];
        if (item->due_ms <= now_ms && (!stopping || item->tries == 0))
            return remove_at(lane, i);
        if (item->due_ms < *next_ms_r)
            *next_ms_r = item->due_ms;
    }
    return NULL;
}

static void wait_until(struct lane *lane, int64_t time_ms)
{
    struct timespec until = { .tv_sec = (time_t)(time_ms / 1000),
                              .tv_nsec = (long)(time_ms % 1000) * 1000000 };

    if (time_ms == FOREVER)
        pthread_cond_wait(&lane->wake, &lane->lock);
    else
        pthread_cond_timedwait(&lane->wake, &lane->lock, &until);
}

/* ---- the thread ---- */

static bool must_end(void *arg)
{
    struct lane *lane = arg;
    bool end;

    pthread_mutex_lock(&lane->lock);
    end = clock_mono_ms(&clock_system) >= lane->stop_at_ms;
    pthread_mutex_unlock(&lane->lock);
    return end;
}

/* One try, without the lock. true: there may be another. */
static bool try_item(struct lane *lane, struct item *item, struct arena *arena)
{
    struct trip trip = { .conf = lane->conf,
                         .letter = &item->letter,
                         .id = item->id,
                         .now_ms = clock_wall_ms(&clock_system),
                         .arena = arena,
                         .must_end = must_end,
                         .arg = lane,
                         .why = "" };
    enum outcome outcome;
    bool again;

    if (trip.now_ms >= item->letter.useless_at_ms) {
        log_warn("post", "%s %.8s: nobody needs it any more; dropped", lane->name, item->id);
        return false;
    }
    outcome = lane->carry(&trip);
    item->tries++;
    if (outcome == CARRIED) {
        log_info("post", "%s %.8s: sent", lane->name, item->id);
        return false;
    }
    again = outcome == TRY_AGAIN && item->tries < TRIES_MAX;
    log_warn("post", "%s %.8s: %s; %s", lane->name, item->id, trip.why,
             again ? "it will be tried again" : "given up");
    return again;
}

static void *run(void *arg)
{
    struct lane *lane = arg;
    struct arena *arena = arena_new();
    int64_t next_ms;

    pthread_mutex_lock(&lane->lock);
    for (;;) {
        struct item *item = take_due(lane, clock_mono_ms(&clock_system), &next_ms);
        if (item == NULL && lane->stop_at_ms != FOREVER)
            break;
        if (item == NULL) {
            wait_until(lane, next_ms);
            continue;
        }
        pthread_mutex_unlock(&lane->lock);
        bool again = try_item(lane, item, arena);
        arena_reset(arena);
        pthread_mutex_lock(&lane->lock);
        if (again) {
            item->due_ms = clock_mono_ms(&clock_system) + pause_ms[item->tries - 1];
            lane->items[lane->count++] = item;
        } else {
            free(item);
        }
    }
    pthread_mutex_unlock(&lane->lock);
    arena_free(arena);
    return NULL;
}

/* ---- lanes ---- */

static void lane_start(struct lane *lane, const struct conf *conf, const char *name,
                       enum outcome (*carry)(struct trip *t))
{
    pthread_condattr_t monotonic;

    lane->conf = conf;
    lane->name = name;
    lane->carry = carry;
    lane->stop_at_ms = FOREVER;
    pthread_mutex_init(&lane->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&lane->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&lane->thread, NULL, run, lane) != 0)
        abort();
}

static void lane_tell_stop(struct lane *lane)
{
    pthread_mutex_lock(&lane->lock);
    lane->stop_at_ms = clock_mono_ms(&clock_system) + STOP_MS;
    pthread_cond_signal(&lane->wake);
    pthread_mutex_unlock(&lane->lock);
}

static void lane_end(struct lane *lane)
{
    pthread_join(lane->thread, NULL);
    if (lane->count > 0)
        log_warn("post", "%s: %zu were not sent before the end", lane->name, lane->count);
    for (size_t i = 0; i < lane->count; i++)
        free(lane->items[i]);
    pthread_mutex_destroy(&lane->lock);
    pthread_cond_destroy(&lane->wake);
}

struct post *post_start(const struct conf *conf)
{
    struct post *post = calloc(1, sizeof *post);
    bool has_mail = conf->mail_url[0] != '\0', has_sms = conf->sms_url[0] != '\0';

    if (post == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        abort();
    if (!has_mail || !has_sms)
        log_info("post", "%s not set: letters become files in %s/outbox",
                 has_mail  ? "sms.url is"
                 : has_sms ? "mail.url is"
                           : "mail.url and sms.url are",
                 conf->data_dir);
    lane_start(&post->mail, conf, "mail", has_mail ? mail_carry : folder_carry);
    lane_start(&post->sms, conf, "sms", has_sms ? sms_carry : folder_carry);
    return post;
}

void post_stop(struct post *post)
{
    if (post == NULL)
        return;
    lane_tell_stop(&post->mail);
    lane_tell_stop(&post->sms);
    lane_end(&post->mail);
    lane_end(&post->sms);
    curl_global_cleanup();
    free(post);
}

enum err post_send(void *arg, const struct letter *letter)
{
    struct post *post = arg;
    struct lane *lane = letter->medium == BY_MAIL ? &post->mail : &post->sms;
    struct item *item = item_new(letter);
    bool room;

    if (item == NULL)
        return ERR_BUSY;
    pthread_mutex_lock(&lane->lock);
    room = lane->count < QUEUE_MAX;
    if (room)
        lane->items[lane->count++] = item;
    pthread_cond_signal(&lane->wake);
    pthread_mutex_unlock(&lane->lock);
    if (room)
        return OK;
    log_warn("post", "%s: too many are waiting; one refused", lane->name);
    free(item);
    return ERR_BUSY;
}
