/* Accounts and addresses with open sockets. Every event asks here for each of its receivers, hence
 * a hash; the limits live here because a place is counted before the socket exists. */
#include "ws/roster.h"

#include <assert.h>
#include <string.h>

#include "ws/alloc.h"

#define TABLE_FIRST 64

/* The finalizer of splitmix64: account ids are consecutive and must not all meet in one slot. */
static uint64_t hash_i64(int64_t value)
{
    uint64_t x = (uint64_t)value;
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* FNV-1a. Colliding addresses on purpose buys nothing: the sockets in all are limited. */
static uint64_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *text != '\0'; text++)
        hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
    return hash;
}

static struct link *table_first(const struct table *t, uint64_t hash)
{
    return t->cap == 0 ? NULL : t->slots[hash & (t->cap - 1)];
}

static void table_grow(struct table *t)
{
    struct table old = *t;
    t->cap = old.cap == 0 ? TABLE_FIRST : old.cap * 2;
    t->slots = ws_alloc(t->cap * sizeof(struct link *));
    for (size_t i = 0; i < old.cap; i++) {
        for (struct link *l = old.slots[i], *next; l != NULL; l = next) {
            next = l->next;
            struct link **slot = &t->slots[l->hash & (t->cap - 1)];
            l->next = *slot;
            *slot = l;
        }
    }
    free(old.slots);
}

static void table_add(struct table *t, struct link *link, uint64_t hash)
{
    if (t->count == t->cap)
        table_grow(t);
    struct link **slot = &t->slots[hash & (t->cap - 1)];
    link->hash = hash;
    link->next = *slot;
    *slot = link;
    t->count++;
}

static void table_remove(struct table *t, struct link *link)
{
    struct link **at = &t->slots[link->hash & (t->cap - 1)];
    while (*at != link)
        at = &(*at)->next;
    *at = link->next;
    t->count--;
}

void roster_free(struct roster *r)
{
    assert(r->accounts.count == 0 && r->addresses.count == 0);
    free(r->accounts.slots);
    free(r->addresses.slots);
}

struct account *roster_account(const struct roster *r, int64_t user_id)
{
    uint64_t hash = hash_i64(user_id);
    for (struct link *l = table_first(&r->accounts, hash); l != NULL; l = l->next) {
        struct account *account = (struct account *)l;
        if (account->user_id == user_id)
            return account;
    }
    return NULL;
}

struct address *roster_address(const struct roster *r, const char *text)
{
    uint64_t hash = hash_text(text);
    for (struct link *l = table_first(&r->addresses, hash); l != NULL; l = l->next) {
        struct address *address = (struct address *)l;
        if (l->hash == hash && strcmp(address->text, text) == 0)
            return address;
    }
    return NULL;
}

static struct account *account_new(struct roster *r, int64_t user_id)
{
    struct account *account = ws_alloc(sizeof *account);
    account->user_id = user_id;
    table_add(&r->accounts, &account->link, hash_i64(user_id));
    return account;
}

static struct address *address_new(struct roster *r, const char *text)
{
    size_t size = strlen(text) + 1;
    struct address *address = ws_alloc(sizeof *address + size);
    memcpy(address->text, text, size);
    table_add(&r->addresses, &address->link, hash_text(text));
    return address;
}

bool roster_reserve(struct roster *r, const struct hub_limits *limits, int64_t user_id,
                    const char *text)
{
    struct account *account = roster_account(r, user_id);
    struct address *address = roster_address(r, text);
    if (r->places >= limits->sockets ||
        (account != NULL ? account->places : 0) >= limits->per_user ||
        (address != NULL ? address->places : 0) >= limits->per_address)
        return false;
    if (account == NULL)
        account = account_new(r, user_id);
    if (address == NULL)
        address = address_new(r, text);
    account->places++;
    address->places++;
    r->places++;
    return true;
}

void roster_release(struct roster *r, struct account *account, struct address *address)
{
    assert(r->places > 0);
    r->places--;
    if (--account->places == 0) {
        assert(account->channels == NULL);
        table_remove(&r->accounts, &account->link);
        free(account);
    }
    if (--address->places == 0) {
        table_remove(&r->addresses, &address->link);
        free(address);
    }
}
