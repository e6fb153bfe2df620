/* Nearby: true distances, true order, nobody who may not be found, and the same in a crowd. */
#include <math.h>

#include "db/internal.h"
#include "db/places.h"
#include "domain/nearby.h"
#include "test/unit/fixture.h"

#define DAY_MS INT64_C(86400000)

static void run_sql(struct fixture *f, const char *sql)
{
    struct ctx cx = as(f, 0);

    assert_int_equal(tx_begin(&cx), OK);
    assert_int_equal(sqlite3_exec(cx.conn->sqlite, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(tx_end(&cx, OK), OK);
}

/* Makes somebody be there from now on. */
static void go(struct fixture *f, int64_t user, double longitude, double latitude)
{
    struct ctx cx = as(f, user);

    assert_int_equal(tx_begin(&cx), OK);
    assert_int_equal(tx_end(&cx, db_user_set_place(cx.conn, user, longitude, latitude, f->now_ms)),
                     OK);
}

/* Whom user finds around a point, without being noted there. */
static struct near_user *look(struct fixture *f, int64_t user, double longitude, double latitude,
                              size_t *count_r)
{
    struct ctx cx = as(f, user);
    struct near_user *list;

    assert_int_equal(nearby_find(&cx, longitude, latitude, &list, count_r), OK);
    ctx_release(&cx);
    return list;
}

static bool finds(struct fixture *f, int64_t user, int64_t other, double longitude, double latitude)
{
    size_t count;
    struct near_user *list = look(f, user, longitude, latitude, &count);

    for (size_t i = 0; i < count; i++)
        if (list[i].user.id == other)
            return true;
    return false;
}

struct city {
    double longitude, latitude;
};

/* The distances are those on the WGS 84 ellipsoid. */
static void distances_of_cities(void **state)
{
    static const struct {
        struct city from, to;
        double metres;
    } pairs[] = {
        { { -0.1276, 51.5072 }, { 2.3522, 48.8566 }, 343897 },       /* London, Paris */
        { { 151.2093, -33.8688 }, { 144.9631, -37.8136 }, 713858 },  /* Sydney, Melbourne */
        { { 139.6917, 35.6895 }, { 135.5023, 34.6937 }, 397183 },    /* Tokyo, Osaka */
        { { 114.1694, 22.3193 }, { 113.2644, 23.1291 }, 129171 },    /* Hong Kong, Guangzhou */
        { { 114.0579, 22.5431 }, { 114.1694, 22.3193 }, 27312 },     /* Shenzhen, Hong Kong */
        { { 178.4419, -18.1416 }, { -175.2026, -21.1393 }, 744487 }, /* Suva, Nuku'alofa */
        { { -78.4678, -0.1807 }, { -79.8862, -2.1894 }, 272491 },    /* Quito, Guayaquil */
        { { -21.9426, 64.1466 }, { -18.0906, 65.6835 }, 250108 },    /* Reykjavik, Akureyri */
        { { -74.0060, 40.7128 }, { -71.0589, 42.3601 }, 306490 },    /* New York, Boston */
    };
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const struct city *from = &pairs[i].from, *to = &pairs[i].to;
        struct near_user *list;
        size_t count;
        go(f, b, to->longitude, to->latitude);
        list = look(f, a, from->longitude, from->latitude, &count);
        assert_int_equal(count, 1);
        assert_true(fabs(list[0].distance_m / pairs[i].metres - 1) < 0.005);
        go(f, b, from->longitude, from->latitude);
        list = look(f, a, to->longitude, to->latitude, &count);
        assert_int_equal(count, 1);
        assert_true(fabs(list[0].distance_m / pairs[i].metres - 1) < 0.005);
    }
}

static void nearest_first_within_the_radius(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol"),
            d = person(f, "dan"), e = person(f, "erin");
    struct near_user *list;
    size_t count;

    go(f, b, 10, 58.9); /* 990 km north of the point */
    go(f, c, 10.001, 50);
    go(f, d, 9.99, 50);
    go(f, e, 10, 59.1); /* 1012 km */
    go(f, a, 10, 50);
    list = look(f, a, 10, 50, &count);
    assert_int_equal(count, 3);
    assert_int_equal(list[0].user.id, c);
    assert_int_equal(list[1].user.id, d);
    assert_int_equal(list[2].user.id, b);
    assert_true(list[0].distance_m < list[1].distance_m);
    assert_true(list[2].distance_m < NEARBY_RADIUS_M);
}

static void asking_notes_where_one_is(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx alice = as(f, a);
    struct near_user *list;
    size_t count;

    assert_int_equal(nearby_find(&alice, 10, 50, &list, &count), OK);
    assert_false(finds(f, b, a, 10, 50));
    assert_int_equal(nearby_users(&alice, 10, 50, &list, &count), OK);
    assert_int_equal(count, 0); /* never oneself */
    assert_true(finds(f, b, a, 10, 50));
    assert_int_equal(nearby_users(&alice, 12, 50, &list, &count), OK);
    list = look(f, b, 12, 50, &count);
    assert_int_equal(count, 1);
    assert_true(list[0].user.longitude == 12 && list[0].user.latitude == 50);
    assert_true(list[0].distance_m == 0);
}

static void places_that_are_none(void **state)
{
    static const struct city none[] = { { 180.1, 0 },  { -180.1, 0 },      { 0, 85.06 },
                                        { 0, -85.06 }, { (double)NAN, 0 }, { 0, (double)NAN } };
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx alice = as(f, a);
    struct near_user *list;
    struct near_group *groups;
    size_t count;

    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        double longitude = none[i].longitude, latitude = none[i].latitude;
        assert_int_equal(nearby_users(&alice, longitude, latitude, &list, &count), ERR_BAD_FIELD);
        assert_int_equal(nearby_find(&alice, longitude, latitude, &list, &count), ERR_BAD_FIELD);
        assert_int_equal(nearby_groups(&alice, longitude, latitude, "", &groups, &count),
                         ERR_BAD_FIELD);
    }
    ctx_release(&alice);
    assert_false(finds(f, b, a, 0, 0));
}

static void the_date_line_and_the_poles(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct near_user *list;
    size_t count;

    go(f, b, -179.999, 10);
    list = look(f, a, 179.999, 10, &count);
    assert_int_equal(count, 1);
    assert_true(fabs(list[0].distance_m - 219) < 1);
    assert_true(finds(f, a, b, 180, 10));
    assert_true(finds(f, a, b, -180, 10));
    go(f, b, 180, 10);
    assert_true(finds(f, a, b, -180, 10));
    go(f, b, 90, 85.05);
    assert_true(finds(f, a, b, -1, 85.05));
    go(f, b, 90, -85.05);
    assert_true(finds(f, a, b, 179, -85.05));
}

static void a_day_and_no_longer(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");

    go(f, b, 10, 50);
    f->now_ms += DAY_MS - 1;
    assert_true(finds(f, a, b, 10, 50));
    f->now_ms += 1;
    assert_false(finds(f, a, b, 10, 50));
    go(f, b, 10, 50);
    assert_true(finds(f, a, b, 10, 50));
}

static void who_is_hidden(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol");
    struct ctx alice = as(f, a);

    go(f, a, 10, 50);
    go(f, b, 10, 50);
    befriend(f, a, b);
    assert_true(finds(f, a, b, 10, 50));
    assert_int_equal(contact_block(&alice, b, true), OK);
    assert_false(finds(f, a, b, 10, 50));
    assert_false(finds(f, b, a, 10, 50));
    assert_true(finds(f, c, a, 10, 50));
    assert_true(finds(f, c, b, 10, 50));
    assert_int_equal(contact_block(&alice, b, false), OK);
    assert_true(finds(f, a, b, 10, 50));
    run_sql(f,
            arena_printf(f->arena, "UPDATE users SET enabled = 0 WHERE id = %lld", (long long)b));
    assert_false(finds(f, a, b, 10, 50));
}

/* count more people, ids from first_r on, scattered over a square around a point. */
static void crowd(struct fixture *f, int count, double longitude, double latitude, double degrees,
                  int64_t *first_r)
{
    struct ctx cx = as(f, 0);
    uint64_t seed = 1;

    *first_r = person(f, "crowd") + 1;
    run_sql(f, arena_printf(f->arena,
                            "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n "
                            "WHERE i + 1 < %d) INSERT INTO users (id, uid, username, nickname, "
                            "created_at_ms, updated_at_ms) SELECT %lld + i, 'u' || i, 'n' || i, "
                            "'n', 0, 0 FROM n",
                            count, (long long)*first_r));
    assert_int_equal(tx_begin(&cx), OK);
    for (int i = 0; i < count; i++) {
        double east, north, lon;
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        east = (double)(seed >> 40) / (1 << 24) - 0.5;
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        north = (double)(seed >> 40) / (1 << 24) - 0.5;
        lon = longitude + east * degrees;
        assert_int_equal(db_user_set_place(cx.conn, *first_r + i, lon > 180 ? lon - 360 : lon,
                                           latitude + north * degrees, f->now_ms),
                         OK);
    }
    assert_int_equal(tx_end(&cx, OK), OK);
}

/* By another formula than base/geo.c's. */
static double chord_distance_m(double longitude, double latitude, double to_longitude,
                               double to_latitude)
{
    const double radius_m = 6372797.560856, rad = M_PI / 180;
    double dx = cos(to_latitude * rad) * cos(to_longitude * rad) -
                cos(latitude * rad) * cos(longitude * rad);
    double dy = cos(to_latitude * rad) * sin(to_longitude * rad) -
                cos(latitude * rad) * sin(longitude * rad);
    double dz = sin(to_latitude * rad) - sin(latitude * rad);

    return 2 * radius_m * asin(sqrt(dx * dx + dy * dy + dz * dz) / 2);
}

/* The distances of everybody in the store from a point, ascending. */
static double *all_distances(struct fixture *f, double longitude, double latitude, size_t *count_r)
{
    double *list = arena_array(f->arena, 100000, sizeof *list);
    struct ctx cx = as(f, 0);
    sqlite3_stmt *s;

    *count_r = 0;
    assert_int_equal(tx_begin(&cx), OK);
    assert_int_equal(sqlite3_prepare_v2(cx.conn->sqlite,
                                        "SELECT longitude, latitude FROM users WHERE longitude", -1,
                                        &s, NULL),
                     SQLITE_OK);
    while (sqlite3_step(s) == SQLITE_ROW) {
        double d = chord_distance_m(longitude, latitude, sqlite3_column_double(s, 0),
                                    sqlite3_column_double(s, 1));
        size_t i = (*count_r)++;
        for (; i > 0 && list[i - 1] > d; i--)
            list[i] = list[i - 1];
        list[i] = d;
    }
    sqlite3_finalize(s);
    assert_int_equal(tx_end(&cx, OK), OK);
    return list;
}

/* Are these the nearest hundred of all, in order? */
static void assert_nearest(struct fixture *f, int64_t user, double longitude, double latitude)
{
    size_t count, all;
    struct near_user *list = look(f, user, longitude, latitude, &count);
    double *want = all_distances(f, longitude, latitude, &all);

    assert_int_equal(count, NEARBY_MAX);
    for (size_t i = 0; i < count; i++) {
        assert_true(fabs(list[i].distance_m - want[i]) < 0.05); /* cells have a width */
        assert_true(i == 0 || list[i].distance_m >= list[i - 1].distance_m);
    }
}

static void a_crowd_in_one_place(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), first;

    crowd(f, 6000, 114.06, 22.54, 0.02, &first); /* 2 km wide */
    assert_nearest(f, a, 114.06, 22.54);
    assert_nearest(f, a, 114.068, 22.546);
    assert_nearest(f, a, 114.06, 22.6); /* from outside */
    assert_nearest(f, a, 115, 22);
}

static void a_crowd_over_a_land(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), first;

    crowd(f, 3000, 179.5, 60, 30, &first); /* on both sides of the date line */
    assert_nearest(f, a, 179, 60);
    assert_nearest(f, a, 170, 55);
    assert_nearest(f, a, -179.9, 60);
}

/* Those who may not be found, however many stand nearer, take nobody's place. */
static void hidden_people_take_no_place(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), first;

    crowd(f, 3000, 10, 50, 0.001, &first);
    go(f, b, 10.2, 50);
    assert_false(finds(f, a, b, 10, 50)); /* a hundred are nearer */
    f->now_ms += DAY_MS;
    go(f, b, 10.2, 50);
    assert_true(finds(f, a, b, 10, 50)); /* they have gone */
}

/* All in one place, and more than any look at the index takes in. */
static void a_crowd_on_one_spot(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), first;
    struct ctx alice = as(f, a);

    crowd(f, 2000, 10, 50, 0, &first);
    go(f, b, 10.001, 50);
    assert_nearest(f, a, 10, 50);
    assert_false(finds(f, a, b, 10, 50)); /* two thousand are nearer */
    assert_true(finds(f, a, b, 10.001, 50));
    for (int i = 0; i < 1990; i++) {
        assert_int_equal(contact_block(&alice, first + i, true), OK);
        f->event_count = 0;
    }
    assert_true(finds(f, a, b, 10, 50)); /* behind ten of them */
}

static int64_t places_kept(struct fixture *f)
{
    struct ctx cx = as(f, 0);
    const struct cells all = { 0, INT64_MAX, -1 };
    struct located *list;
    size_t count;

    assert_int_equal(db_user_places(ctx_db(&cx), cx.arena, &all, &list, &count), OK);
    ctx_release(&cx);
    return (int64_t)count;
}

static void old_places_are_forgotten(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), first;
    struct ctx cx = as(f, 0);

    crowd(f, 1100, 10, 50, 1, &first);
    f->now_ms += DAY_MS - 1;
    go(f, b, 10, 50);
    assert_int_equal(nearby_expire(&cx), OK);
    assert_int_equal(places_kept(f), 1101);
    f->now_ms += 1;
    assert_int_equal(nearby_expire(&cx), OK);
    assert_int_equal(places_kept(f), 101); /* a thousand at a time */
    assert_int_equal(nearby_expire(&cx), OK);
    assert_int_equal(places_kept(f), 1);
    assert_true(finds(f, a, b, 10, 50));
    go(f, first, 10, 50);
    assert_true(finds(f, a, first, 10, 50));
}

static int64_t placed_group(struct fixture *f, int64_t owner, const char *name, double longitude,
                            double latitude)
{
    int64_t id = make_group(f, owner, name, false);
    struct ctx cx = as(f, owner);
    struct group_change change = { .no_member_contacts = -1,
                                   .no_member_profiles = -1,
                                   .no_join_requests = -1,
                                   .history_before_join = -1,
                                   .longitude = longitude,
                                   .latitude = latitude };

    assert_int_equal(group_update(&cx, id, &change), OK);
    f->event_count = 0;
    return id;
}

static void groups(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), far, close;
    struct ctx bob = as(f, b), alice = as(f, a);
    struct near_group *list;
    size_t count;

    far = placed_group(f, a, "Hikers 爬山", 10.1, 50);
    close = placed_group(f, a, "readers", 10.01, 50);
    placed_group(f, a, "too far", 30, 50);
    make_group(f, a, "nowhere", false);
    assert_int_equal(nearby_groups(&bob, 10, 50, NULL, &list, &count), OK);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].group.id, close);
    assert_true(fabs(list[0].distance_m - 715) < 2);
    assert_int_equal(list[1].group.id, far);
    assert_int_equal(nearby_groups(&bob, 10, 50, "hIK", &list, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].group.id, far);
    assert_int_equal(nearby_groups(&bob, 10, 50, "爬", &list, &count), OK);
    assert_int_equal(count, 1);
    ctx_release(&bob);
    assert_int_equal(group_dissolve(&alice, far), OK);
    assert_int_equal(nearby_groups(&bob, 10, 50, "", &list, &count), OK);
    assert_int_equal(count, 1);
    ctx_release(&bob);
}

/* ---- groups against a search over all of them ---- */

#define MANY 1500
#define ASKED 60

static uint64_t dice = 11;
static double roll(double from, double to)
{
    dice = dice * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return from + (double)(dice >> 40) / (1 << 24) * (to - from);
}

/* Half of all within a few kilometres, half anywhere, the date line and the far north among it. */
static struct city anywhere(void)
{
    if (roll(0, 1) < 0.5)
        return (struct city){ roll(116.3, 116.5), roll(39.9, 40) };
    if (roll(0, 1) < 0.2)
        return (struct city){ roll(179, 180) * (roll(0, 1) < 0.5 ? 1 : -1), roll(-5, 5) };
    return (struct city){ roll(-180, 180), roll(-85, 85) };
}

/* Two to six of a few syllables: some pieces are in most names, some in hardly any. */
static const char *some_name(struct fixture *f)
{
    static const char *const syllables[] = {
        "Club", "club ", "小组", "a", "B", "周末", "山", "zq"
    };
    const char *name = "";
    int count = 2 + (int)roll(0, 4.9);

    for (int i = 0; i < count; i++)
        name = arena_printf(f->arena, "%s%s", name, syllables[(int)(roll(0, 1) * roll(0, 1) * 8)]);
    return name;
}

struct group_at {
    int64_t id;
    double distance_m;
};

static int by_distance(const void *a, const void *b)
{
    const struct group_at *x = a, *y = b;

    return (x->distance_m > y->distance_m) - (x->distance_m < y->distance_m);
}

/* All groups within the radius whose name holds text, by reading every group; nearest first. */
static struct group_at *all_groups(struct fixture *f, struct city at, const char *text,
                                   size_t *count_r)
{
    struct group_at *list = arena_array(f->arena, MANY + 1, sizeof *list);
    struct ctx cx = as(f, 0);
    sqlite3_stmt *s;

    *count_r = 0;
    assert_int_equal(sqlite3_prepare_v2(ctx_db(&cx)->sqlite,
                                        "SELECT id, name, longitude, latitude FROM groups "
                                        "WHERE dissolved_at_ms IS NULL AND longitude <> 0",
                                        -1, &s, NULL),
                     SQLITE_OK);
    while (sqlite3_step(s) == SQLITE_ROW) {
        double distance_m = chord_distance_m(at.longitude, at.latitude, sqlite3_column_double(s, 2),
                                             sqlite3_column_double(s, 3));
        if (strcasestr((const char *)sqlite3_column_text(s, 1), text) != NULL &&
            distance_m <= NEARBY_RADIUS_M)
            list[(*count_r)++] = (struct group_at){ sqlite3_column_int64(s, 0), distance_m };
    }
    sqlite3_finalize(s);
    ctx_release(&cx);
    qsort(list, *count_r, sizeof *list, by_distance);
    return list;
}

/* The number of those found. */
static size_t assert_nearest_groups(struct fixture *f, int64_t user, struct city at,
                                    const char *text)
{
    struct ctx cx = as(f, user);
    struct near_group *got;
    size_t count, all;
    struct group_at *want = all_groups(f, at, text, &all);

    assert_int_equal(nearby_groups(&cx, at.longitude, at.latitude, text, &got, &count), OK);
    assert_int_equal(count, all < NEARBY_MAX ? all : NEARBY_MAX);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(got[i].group.id, want[i].id);
        assert_true(fabs(got[i].distance_m - want[i].distance_m) < 0.001);
    }
    ctx_release(&cx);
    return count;
}

/* Renamed, moved and dissolved ones too. */
static void groups_as_in_a_search_over_all(void **state)
{
    static const char *const texts[] = { "",         "",         "a",     "CLUB",   "小组",
                                         "周末",     "山",       "lub小", "zq",     "club 小组",
                                         "CLUBclub", "ub club ", "aa",    "nowhere" };
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), ids[MANY];
    size_t found = 0, full = 0;

    for (int i = 0; i < MANY; i++) {
        struct city at = anywhere();
        ids[i] = placed_group(f, a, some_name(f), at.longitude, at.latitude);
    }
    for (int i = 0; i < MANY; i += 10) {
        struct ctx cx = as(f, a);
        struct city at = anywhere();
        struct group_change change = { .name = i % 20 ? some_name(f) : NULL,
                                       .no_member_contacts = -1,
                                       .no_member_profiles = -1,
                                       .no_join_requests = -1,
                                       .history_before_join = -1,
                                       .longitude = i % 30 ? at.longitude : 0,
                                       .latitude = at.latitude };
        assert_int_equal(i % 50 ? group_update(&cx, ids[i], &change) : group_dissolve(&cx, ids[i]),
                         OK);
        f->event_count = 0;
    }
    for (int i = 0; i < ASKED; i++) {
        struct city at = anywhere();
        for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
            size_t count = assert_nearest_groups(f, a, at, texts[t]);
            found += count > 0;
            full += count == NEARBY_MAX;
        }
    }
    assert_true(found > ASKED * 3 && full > ASKED); /* the question was one */
}

/* A place may outlive its group for a reader that began between the two. */
static void a_place_without_a_group(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), left = placed_group(f, a, "left", 10.01, 50);
    struct ctx alice = as(f, a);
    struct near_group *list;
    size_t count;

    placed_group(f, a, "gone", 10.001, 50);
    run_sql(f, "UPDATE groups SET dissolved_at_ms = 1 WHERE name = 'gone'");
    assert_int_equal(nearby_groups(&alice, 10, 50, "", &list, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].group.id, left);
    ctx_release(&alice);
}

int main(void)
{
    const struct CMUnitTest tests[] = { FIXTURE_TEST(distances_of_cities),
                                        FIXTURE_TEST(nearest_first_within_the_radius),
                                        FIXTURE_TEST(asking_notes_where_one_is),
                                        FIXTURE_TEST(places_that_are_none),
                                        FIXTURE_TEST(the_date_line_and_the_poles),
                                        FIXTURE_TEST(a_day_and_no_longer),
                                        FIXTURE_TEST(who_is_hidden),
                                        FIXTURE_TEST(a_crowd_in_one_place),
                                        FIXTURE_TEST(a_crowd_over_a_land),
                                        FIXTURE_TEST(hidden_people_take_no_place),
                                        FIXTURE_TEST(a_crowd_on_one_spot),
                                        FIXTURE_TEST(old_places_are_forgotten),
                                        FIXTURE_TEST(groups),
                                        FIXTURE_TEST(groups_as_in_a_search_over_all),
                                        FIXTURE_TEST(a_place_without_a_group) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
