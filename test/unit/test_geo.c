/* Distances on the globe, and the distance to a box against a search over all its points. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "base/geo.h"

#define QUARTER_M (6372797.560856 * M_PI / 2)

static void distances(void **state)
{
    (void)state;
    assert_true(fabs(geo_distance_m(0, 0, 90, 0) / QUARTER_M - 1) < 1e-12);
    assert_true(fabs(geo_distance_m(12, 90, -70, 0) / QUARTER_M - 1) < 1e-12);
    assert_true(fabs(geo_distance_m(0, 0, 180, 0) / QUARTER_M - 2) < 1e-7);
    assert_true(fabs(geo_distance_m(179, 0, -179, 0) / QUARTER_M - 2.0 / 90) < 1e-9);
    assert_true(geo_distance_m(114.06, 22.54, 114.06, 22.54) == 0);
    assert_true(fabs(geo_distance_m(-0.1276, 51.5072, 2.3522, 48.8566) - 343897) < 1000);
}

static uint64_t seed = 7;
static double roll(double from, double to)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return from + (double)(seed >> 40) / (1 << 24) * (to - from);
}

/* The nearest of a lattice of points in the box. */
static double searched(double lon, double lat, const double box[4], int steps)
{
    double best = 1e9;

    for (int x = 0; x <= steps; x++)
        for (int y = 0; y <= steps; y++)
            best = fmin(best, geo_distance_m(lon, lat, box[0] + (box[1] - box[0]) * x / steps,
                                             box[2] + (box[3] - box[2]) * y / steps));
    return best;
}

/* Never more than to any of its points, and hardly less than to the nearest of many. */
static void distances_to_boxes(void **state)
{
    (void)state;
    for (int i = 0; i < 1500; i++) {
        double lon = roll(-180, 180), lat = roll(-90, 90), size = pow(10, roll(-3, 2));
        double west = roll(-180, 180), south = roll(-90, 90);
        double box[4] = { west, fmin(180, west + size), south, fmin(90, south + size / 2) };
        double got = geo_distance_to_box_m(lon, lat, box[0], box[1], box[2], box[3]);
        double want = searched(lon, lat, box, 60);
        assert_true(got <= want * (1 + 1e-9) + 1e-6);
        assert_true(got >= want - 2 * size / 60 * QUARTER_M / 90);
    }
}

static void inside_and_at_the_edges(void **state)
{
    static const double at[][2] = { { 10, 50 }, { 8, 49 }, { 12, 51 }, { 11.5, 49 } };

    (void)state;
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++)
        assert_true(geo_distance_to_box_m(at[i][0], at[i][1], 8, 12, 49, 51) < 1e-6);
    assert_true(geo_distance_to_box_m(10, 50, 10, 10, 50, 50) == 0);
    /* across the date line it is two degrees, not 358 */
    assert_true(fabs(geo_distance_to_box_m(179, 0, -179, -100, -1, 1) -
                     geo_distance_m(179, 0, -179, 0)) < 1e-6);
    /* over the pole */
    assert_true(fabs(geo_distance_to_box_m(0, 89, 180, 180, 80, 89) - 2 * QUARTER_M / 90) < 1e-3);
}

/* ---- cells ---- */

static void cells_are_small(void **state)
{
    static const double edges[][2] = { { -180, -90 }, { 180, 90 }, { -180, 90 },
                                       { 180, -90 },  { 0, 0 },    { 179.9999999, 89.9999999 } };

    (void)state;
    for (int i = 0; i < 2000; i++) {
        double lon = roll(-180, 180), lat = roll(-90, 90);
        assert_true(geo_distance_to_cell_m(lon, lat, geo_cell(lon, lat)) < 0.015);
    }
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++)
        assert_true(geo_distance_to_cell_m(edges[i][0], edges[i][1],
                                           geo_cell(edges[i][0], edges[i][1])) < 0.015);
    assert_true(geo_cell(-180, -90) == 0);
    assert_true(geo_cell(180, 90) == (INT64_C(1) << 62) - 1);
}

/* Every quarter goes on where the last one ends; a place is in one of them, and no nearer than its
 * edge. */
static void squares_are_made_of_their_quarters(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        double lon = roll(-180, 180), lat = roll(-90, 90);
        double from_lon = roll(-180, 180), from_lat = roll(-90, 90);
        double away_m = geo_distance_m(from_lon, from_lat, lon, lat);
        int64_t cell = geo_cell(lon, lat);
        struct geo_square square = { 0, 0 };
        while (square.level < GEO_LEVEL_MAX) {
            struct geo_square in = square;
            int64_t next = square.first;
            for (int q = 0; q < 4; q++) {
                struct geo_square quarter = geo_square_quarter(square, q);
                assert_true(quarter.first == next);
                next = geo_square_last(quarter) + 1;
                if (cell >= quarter.first && cell < next)
                    in = quarter;
            }
            assert_true(next == geo_square_last(square) + 1);
            assert_true(in.level == square.level + 1);
            square = in;
            assert_true(geo_distance_to_square_m(lon, lat, square) < 1e-6);
            assert_true(geo_distance_to_square_m(from_lon, from_lat, square) <= away_m + 0.01);
        }
        assert_true(square.first == cell && geo_square_last(square) == cell);
        assert_true(geo_distance_to_square_m(from_lon, from_lat, square) > away_m - 0.05);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(distances),
                                        cmocka_unit_test(distances_to_boxes),
                                        cmocka_unit_test(inside_and_at_the_edges),
                                        cmocka_unit_test(cells_are_small),
                                        cmocka_unit_test(squares_are_made_of_their_quarters) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
