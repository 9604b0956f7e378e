from exchange.web.curve import ask_at, draw, rule_step

STEPS = ((0, 9600), (10, 8000), (20, 4000))
FRAME = (112, 32, 0.0, 100.0, 0.0, 96.0)


def test_the_path_falls_in_steps_to_the_end_of_the_frame() -> None:
    line = draw(STEPS, 15, 40, FRAME)
    assert line.path == "M0 0.0H25.0V16.0H50.0V56.0H100"
    assert line.area == line.path + "V96H0Z"


def test_the_marker_stands_on_the_ask_of_now() -> None:
    line = draw(STEPS, 15, 40, FRAME)
    assert (line.now_x, line.now_y) == (37.5, 16.0)


def test_the_ring_stands_where_the_limit_is_reached() -> None:
    line = draw(STEPS, 15, 40, FRAME, ring_at=20)
    assert line.ring is not None
    assert (line.ring.x, line.ring.y) == (50.0, 56.0)


def test_nothing_leaves_the_frame() -> None:
    assert draw(STEPS, 400, 40, FRAME).now_x == 100.0
    assert draw(STEPS, -5, 40, FRAME).now_x == 0.0


def test_the_ask_between_two_steps_is_that_of_the_first() -> None:
    assert [ask_at(STEPS, at) for at in (-1, 0, 9, 10, 19, 20, 99)] == [9600, 9600, 9600, 8000, 8000, 4000, 4000]


def test_rules_stand_about_three_under_the_start_price() -> None:
    assert [rule_step(cents) for cents in (9600, 4800, 1700, 50, 31_000)] == [30, 15, 5, 1, 100]


def test_a_flat_listing_is_a_line() -> None:
    assert draw(((0, 500),), 3, 10, FRAME).path == "M0 0.0H100"
