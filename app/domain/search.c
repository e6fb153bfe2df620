/* Searching messages, and the job that fills their index; see search.h. People and groups are in
 * search_names.c. */
#include "domain/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "db/messages.h"
#include "db/search.h"
#include "domain/message_internal.h"
#include "domain/search_internal.h"

#define TERMS_MAX                                                                                  \
    64 /* places one query looks into: each costs a lookup in every part of the index */
#define HIDDEN_MAX                                                                                 \
    1000 /* a group with more hidden messages gets a query of its own, which stops there */
#define TRIES_MAX 2000    /* messages looked at for one page that are no hits in the end */
#define TRIES_MIN 200     /* for one query, so that every page gets on */
#define INDEX_STEP 250    /* messages in one transaction: senders wait behind it */
#define INDEX_WORK_MS 200 /* at a time */
#define LAG_BUILDING 5000 /* ids behind: more than a busy moment's */

#define SNIPPET_CHARS 160
#define SNIPPET_BEFORE 40 /* characters in front of the first hit */

/* ---- snippets ---- */

/* The place `chars` characters behind at, or the end. */
static const char *go_on(const char *at, size_t chars)
{
    while (*at != '\0' && chars > 0) {
        at++;
        while (((unsigned char)*at & 0xc0) == 0x80)
            at++;
        chars--;
    }
    return at;
}

static size_t chars_between(const char *start, const char *end)
{
    size_t n = 0;

    for (; start < end; start++)
        n += ((unsigned char)*start & 0xc0) != 0x80;
    return n;
}

/* Where a snippet begins so that the hit at `hit` is in it. */
static const char *snippet_start(const char *text, const char *hit)
{
    size_t before = chars_between(text, hit);
    const char *rest = go_on(hit, SNIPPET_CHARS - SNIPPET_BEFORE);
    size_t behind = chars_between(hit, rest);

    if (before + behind <= SNIPPET_CHARS)
        return text;
    return go_on(text,
                 before - (SNIPPET_CHARS - behind < before ? SNIPPET_CHARS - behind : before));
}

void search_highlight(struct ctx *cx, struct arena *scratch, const struct phrases *phrases,
                      const char *text, struct highlight *h)
{
    struct span spans[SEARCH_RANGES_MAX];
    size_t count = 0;
    const char *start, *end;

    arena_reset(scratch);
    phrases_find(ctx_db(cx), scratch, phrases, text, spans, SEARCH_RANGES_MAX, &count);
    start = snippet_start(text, text + (count > 0 ? spans[0].start : 0));
    end = go_on(start, SNIPPET_CHARS);
    *h = (struct highlight){ .text = arena_strndup(cx->arena, start, (size_t)(end - start)),
                             .cut_start = start > text,
                             .cut_end = *end != '\0' };
    for (size_t i = 0; i < count && text + spans[i].end <= end; i++) {
        struct span *range = &h->ranges[h->range_count++];
        range->start = chars_between(start, text + spans[i].start);
        range->end = range->start + chars_between(text + spans[i].start, text + spans[i].end);
    }
}

/* ---- which queries to ask ---- */

/* One page being made: hits of all queries together, the newest first, at most want. */
struct gathering {
    struct ctx *cx;
    struct arena *scratch;
    struct message_search what;
    struct message_hit *hits;
    size_t count, want;
    size_t queries;  /* how many there will be */
    int64_t reached; /* below it not everything was looked at; 0: everything was */
};

static int newest_first(const void *a, const void *b)
{
    const struct message_hit *x = a, *y = b;

    return x->id < y->id ? 1 : x->id > y->id ? -1 : 0;
}

/* Asks one query and merges what it gives. What is older than a full page's last hit is not asked
 * for any more. */
static enum err gather(struct gathering *g, bool direct, const struct search_group *groups,
                       size_t count, int64_t above_id)
{
    struct message_search what = g->what;
    struct message_hit *found, *all;
    size_t found_count;
    int64_t reached;
    enum err e;

    what.direct = direct;
    what.groups = groups;
    what.group_count = count;
    if (above_id > what.above_id)
        what.above_id = above_id;
    if (g->count == g->want && g->hits[g->count - 1].id > what.above_id)
        what.above_id = g->hits[g->count - 1].id;
    what.limit = g->want;
    what.tries = TRIES_MAX / g->queries > TRIES_MIN ? TRIES_MAX / g->queries : TRIES_MIN;
    e = db_search_messages(ctx_db(g->cx), g->cx->arena, g->scratch, &what, &found, &found_count,
                           &reached);
    if (e != OK)
        return e;
    if (reached > g->reached)
        g->reached = reached;
    all = arena_array(g->cx->arena, g->count + found_count + 1, sizeof *all);
    if (g->count > 0)
        memcpy(all, g->hits, g->count * sizeof *all);
    if (found_count > 0)
        memcpy(all + g->count, found, found_count * sizeof *all);
    g->count += found_count;
    qsort(all, g->count, sizeof *all, newest_first);
    g->hits = all;
    if (g->count > g->want)
        g->count = g->want;
    return OK;
}

/* The groups with much to hide first; those nothing can be seen of are left out. */
static size_t sort_groups(struct search_group *groups, size_t count, int64_t only, size_t *hiding_r)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        if (groups[i].first_id != 0 && (only == 0 || groups[i].group_id == only))
            groups[n++] = groups[i];
    *hiding_r = 0;
    for (size_t i = 0; i < n; i++)
        if (groups[i].hidden > HIDDEN_MAX) {
            struct search_group group = groups[i];
            groups[i] = groups[*hiding_r];
            groups[(*hiding_r)++] = group;
        }
    return n;
}

/* Everywhere: direct conversations together with as many groups as go into one query, then the other
 * groups; those with much to hide one by one, down to the first message the actor may see. */
static enum err gather_everywhere(struct gathering *g, int64_t only_group)
{
    struct search_group *groups;
    size_t count, hiding, at;
    bool direct = only_group == 0;
    enum err e = db_search_groups_of(ctx_db(g->cx), g->cx->arena, g->cx->actor, &groups, &count);

    if (e != OK)
        return e;
    count = sort_groups(groups, count, only_group, &hiding);
    at = hiding;
    g->queries = hiding + (count - hiding) / TERMS_MAX + 1;
    while (e == OK && (direct || at < count)) {
        size_t room = TERMS_MAX - (direct ? 1 : 0);
        size_t part = count - at < room ? count - at : room;
        e = gather(g, direct, groups + at, part, 0);
        at += part;
        direct = false;
    }
    for (size_t i = 0; i < hiding && e == OK; i++)
        e = gather(g, false, &groups[i], 1, groups[i].first_id - 1);
    return e;
}

static unsigned kinds_of(enum search_has has)
{
    switch (has) {
    case HAS_ANYTHING: return 0;
    case HAS_PICTURE: return SEARCH_KIND(KIND_PICTURE);
    case HAS_FILE: return SEARCH_KIND(KIND_FILE);
    case HAS_VOICE: return SEARCH_KIND(KIND_VOICE);
    case HAS_VIDEO: return SEARCH_KIND(KIND_VIDEO);
    case HAS_LINK: return SEARCH_LINK;
    case HAS_UPLOAD:
        return SEARCH_KIND(KIND_PICTURE) | SEARCH_KIND(KIND_FILE) | SEARCH_KIND(KIND_VOICE) |
               SEARCH_KIND(KIND_VIDEO);
    }
    return 0;
}

static enum err gather_all(struct gathering *g, const struct search *what,
                           const struct phrases *phrases)
{
    enum err e;

    g->what =
        (struct message_search){ .viewer = g->cx->actor,
                                 .sender_id = what->sender_id,
                                 .kinds = kinds_of(what->has),
                                 .phrases = phrases,
                                 .from_ms = what->after_ms,
                                 .to_ms = what->before_ms != 0 ? what->before_ms : INT64_MAX };
    g->want = what->limit + 1; /* one more tells whether there is a next page */
    g->queries = 1;
    e = db_search_ids_between(ctx_db(g->cx), what->after_ms, what->before_ms, &g->what.above_id,
                              &g->what.below_id);
    if (e != OK)
        return e;
    if (what->below_id != 0 && what->below_id < g->what.below_id)
        g->what.below_id = what->below_id;
    if (what->target_id <= GROUP_ID_LAST)
        return gather_everywhere(g, what->target_id);
    g->what.peer_id = what->target_id;
    return what->target_id == g->cx->actor ? OK : gather(g, true, NULL, 0, 0);
}

/* ---- the page ---- */

/* Is it read, as the actor sees it? */
static enum err mark_is_read(struct ctx *cx, int64_t read_seq, struct message *message)
{
    enum err e = OK;

    if (message->sender_id == cx->actor)
        e = db_participant_read_of_others(ctx_db(cx), message->conversation_id, cx->actor,
                                          &read_seq);
    message->is_read = read_seq >= message->seq;
    return e;
}

/* The messages of the hits, as many as there still are. */
static enum err load(struct gathering *g, struct message *messages, size_t *count_r)
{
    struct ctx *cx = g->cx;
    size_t n = 0;
    enum err e = OK;

    for (size_t i = 0; i < g->count && e == OK; i++) {
        e = db_message_by_id(ctx_db(cx), cx->arena, g->hits[i].id, &messages[n]);
        if (e == OK && messages[n].status == MESSAGE_NORMAL) {
            e = mark_is_read(cx, g->hits[i].read_seq, &messages[n]);
            g->hits[n++] = g->hits[i];
        } else if (e == ERR_NO_MESSAGE) {
            e = OK; /* gone since it was found */
        }
    }
    *count_r = n;
    return e == OK ? message_complete(cx, messages, n) : e;
}

static enum err make_page(struct gathering *g, const struct phrases *phrases, size_t limit,
                          struct search_page *page)
{
    struct message *messages;
    enum err e;

    while (g->count > 0 && g->hits[g->count - 1].id < g->reached)
        g->count--;
    page->next_below_id = g->reached;
    if (g->count > limit) {
        g->count = limit;
        page->next_below_id = g->hits[limit - 1].id;
    }
    messages = arena_array(g->cx->arena, g->count, sizeof *messages);
    page->items = arena_array(g->cx->arena, g->count, sizeof *page->items);
    e = load(g, messages, &page->count);
    for (size_t i = 0; i < page->count && e == OK; i++) {
        struct found_message *found = &page->items[i];
        const struct message_hit *hit = &g->hits[i];
        found->message = messages[i];
        found->scope = hit->scope;
        found->target_id = hit->target_id;
        found->name = hit->name;
        found->avatar = hit->avatar;
        search_highlight(g->cx, g->scratch, phrases, hit->text, &found->highlight);
    }
    return e;
}

enum err search_messages(struct ctx *cx, const struct search *what, struct search_page *page_r)
{
    struct gathering g = { .cx = cx };
    struct phrases phrases;
    int64_t lag = 0;
    enum err e;

    *page_r = (struct search_page){ 0 };
    if (what->text[0] == '\0' && what->sender_id == 0 && what->has == HAS_ANYTHING)
        return ERR_BAD_FIELD;
    e = phrases_parse(ctx_db(cx), cx->arena, what->text, COMPLETE_LAST, &phrases);
    if (e == OK)
        e = db_search_lag(ctx_db(cx), &lag);
    page_r->is_building = lag > LAG_BUILDING;
    if (e != OK || (what->text[0] != '\0' && phrases.count == 0))
        return e; /* nothing but punctuation is nowhere */
    g.scratch = arena_new();
    e = gather_all(&g, what, &phrases);
    if (e == OK)
        e = make_page(&g, &phrases, what->limit, page_r);
    arena_free(g.scratch);
    return e;
}

/* ---- the job ---- */

static enum err index_step(struct ctx *cx, enum index_state *state_r)
{
    enum err e = tx_begin(cx);

    *state_r = INDEX_COMPLETE;
    if (e == OK)
        e = db_search_index(cx->conn, INDEX_STEP, state_r);
    return tx_end(cx, e);
}

/* A damaged index is made anew: everything in it is in the messages. */
static enum err start_over(struct ctx *cx)
{
    enum err e = tx_begin(cx);

    log_warn("search", "the index of messages is damaged; it is being made anew");
    if (e == OK)
        e = db_search_empty(cx->conn);
    return tx_end(cx, e);
}

enum err search_index(struct ctx *cx)
{
    int64_t end_ms = clock_mono_ms(cx->sv->clock) + INDEX_WORK_MS;
    enum index_state state = INDEX_COMPLETE;
    bool due = false;
    enum err e = db_search_is_due(ctx_db(cx), &due);

    while (due && e == OK) {
        e = index_step(cx, &state);
        due = state == INDEX_GROWING && clock_mono_ms(cx->sv->clock) < end_ms;
    }
    return state == INDEX_DAMAGED ? start_over(cx) : e;
}
