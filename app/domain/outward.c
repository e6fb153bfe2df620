/* See outward.h. */
#include "domain/outward.h"

#include "base/geo.h"

#define SQUARE_FULL 32 /* a square with more in it is quartered rather than looked through */

/* A place, or a square not looked into yet; nothing in it is nearer than its edge. */
struct step {
    double distance_m;
    int64_t id; /* 0: a square */
    struct geo_square square;
};

/* Equally far: squares before places, these by id, so that the same question has the same answer. */
static bool comes_before(const struct step *x, const struct step *y)
{
    return x->distance_m != y->distance_m ? x->distance_m < y->distance_m : x->id < y->id;
}

static void push(struct outward *o, struct step step)
{
    struct step *heap;
    size_t at = o->ahead.count;

    if (step.distance_m > o->radius_m)
        return;
    rows_add(&o->ahead);
    for (heap = o->ahead.items; at > 0 && comes_before(&step, &heap[(at - 1) / 2]);) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = step;
}

static struct step pop(struct outward *o)
{
    struct step *heap = o->ahead.items, top = heap[0], last = heap[--o->ahead.count];
    size_t count = o->ahead.count, at = 0, child;

    while ((child = 2 * at + 1) < count) {
        if (child + 1 < count && comes_before(&heap[child + 1], &heap[child]))
            child++;
        if (!comes_before(&heap[child], &last))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return top;
}

static void push_square(struct outward *o, struct geo_square square)
{
    push(o,
         (struct step){ geo_distance_to_square_m(o->longitude, o->latitude, square), 0, square });
}

static void push_place(struct outward *o, const struct located *place)
{
    push(o, (struct step){ .distance_m =
                               geo_distance_to_cell_m(o->longitude, o->latitude, place->cell),
                           .id = place->id });
}

static enum err look_into(struct outward *o, struct geo_square square)
{
    bool is_cell = square.level == GEO_LEVEL_MAX;
    struct cells cells = { square.first, geo_square_last(square), is_cell ? -1 : SQUARE_FULL + 1 };
    struct located *list;
    size_t count;
    enum err e = o->places(o->arg, &cells, &list, &count);

    if (e == OK && !is_cell && count > SQUARE_FULL) {
        for (int i = 0; i < 4; i++)
            push_square(o, geo_square_quarter(square, i));
        return OK;
    }
    for (size_t i = 0; e == OK && i < count; i++)
        push_place(o, &list[i]);
    return e;
}

void outward_begin(struct outward *o, struct arena *a)
{
    o->ahead = rows_new(a, sizeof(struct step));
    push_square(o, (struct geo_square){ 0, 0 });
}

enum err outward_next(struct outward *o, int64_t *id_r)
{
    *id_r = 0;
    while (o->ahead.count > 0) {
        struct step step = pop(o);
        enum err e = OK;
        if (step.id != 0) {
            *id_r = step.id;
            return OK;
        }
        e = look_into(o, step.square);
        if (e != OK)
            return e;
    }
    return OK;
}
