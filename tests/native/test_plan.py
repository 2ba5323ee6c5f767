"""Everyday prompts and what they are understood to say; honesty about what they are not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfumato.native.meaning import MAX_LOOKUPS
from sfumato.native.memory import Memory
from sfumato.native.plan import read
from sfumato.native.reading import RELATIONS, Reading
from sfumato.native.scene import BACKGROUNDS, COLOURS, MAX_THINGS
from tests.native.shelf import LetterEncoder, told

# Prompt, what it is read as (things; relations by index; the rest), words that were not honoured.
PROMPTS = (
    ("a cup on a table in a kitchen", "hot beverage, table; 0 on 1; room", ""),
    ("two dogs chasing a ball in the park", "2 dog, ball; 0 next to 1; meadow", "chasing"),
    ("a red car and a blue car", "red automobile, blue automobile", ""),
    (
        "a blue bird on a green tree under a yellow sun",
        "blue bird, green deciduous tree, yellow sun; 0 on 1, 0 below 2",
        "",
    ),
    ("a mountain next to a house", "mountain, house; 0 next to 1", ""),
    ("the cat is black and the dog is white", "black cat, white dog", ""),
    ("a cat and a dog. The cat is orange.", "orange cat, dog", ""),
    (
        "a girl holding a balloon and an umbrella",
        "girl, balloon, umbrella; 0 holding 1, 0 holding 2",
        "",
    ),
    ("a boy riding a bicycle on a road", "boy, bicycle; 0 riding 1; road", ""),
    (
        "a knight fighting a dragon in front of a castle",
        "knight, dragon, castle; 0 next to 1, 0 in front of 2",
        "fighting",
    ),
    ("on a table, there is a vase with flowers", "vase, 3 blossom; 1 in 0; table", ""),
    ("in the forest, two foxes and a rabbit", "2 fox, rabbit; forest", ""),
    ("a cat on the left and a dog on the right", "cat, dog; 0 left of 1", ""),
    (
        "a tree in the background, a horse in the foreground",
        "deciduous tree, horse; 0 behind 1, 1 in front of 0",
        "",
    ),
    ('a robot saying "hello world"', "robot; bubble:hello world", ""),
    ("a t-shirt that says 'BOSS'", "t shirt; plain:BOSS", ""),
    ("a sign saying CLOSED in front of a shop", "convenience store; sign:CLOSED", ""),
    ("a banner with the words “Welcome Home”", "banner:Welcome Home", ""),
    ("sunset over the ocean", "sea:#5b4b8a:#f3722c:#fcc46a", ""),
    ("a city skyline at night", "city night", ""),
    ("mountains", "mountains", ""),
    ("a picture of a beach with a palm tree", "palm tree; beach", ""),
    ("a monkey without a hat", "monkey", ""),
    ("a bunny with no carrots", "rabbit", ""),
    (
        "a penguin wearing sunglasses and a scarf",
        "penguin, sunglasses, scarf; 0 wearing 1, 0 wearing 2",
        "",
    ),
    ("a girl with a basket of apples", "girl, basket, 3 red apple; 0 next to 1, 2 in 1", ""),
    ("ten balloons in the sky", "10 balloon; sky", ""),
    ("an orange cat eating an orange", "orange cat, tangerine; 0 holding 1", ""),
    ("a green apple between two red apples", "green apple, 2 red apple; 0 next to 1", ""),
    (
        "please draw me a huge elephant next to a tiny mouse",
        "huge elephant, tiny mouse; 0 next to 1",
        "",
    ),
    ("a dolphin in the sea", "dolphin; underwater", ""),
    ("fish swimming under the sea", "fish; underwater", "swimming"),
    ("a submarine underwater", "submarine; underwater", ""),
    (
        "an astronaut riding a horse on the moon",
        "astronaut, horse, full moon; 0 riding 1, 0 on 2",
        "",
    ),
    ("a bouquet of roses in a vase", "5 rose, vase; 0 in 1", ""),
    ("a starry night sky over a snowy village", "city night stars", "snowy"),
    ("a rainbow over a waterfall", "rainbow, waterfall; 0 above 1", ""),
    ("three cats, two dogs and a parrot", "3 cat, 2 dog, parrot", ""),
    ("cat, dog, bird", "cat, dog, bird", ""),
    ("fox balloon moon", "fox, balloon, full moon", ""),
    (
        "a gradient background from blue to pink with a white heart",
        "white heart; gradient:blue:pink",
        "",
    ),
    ("a pizza on a red background", "pizza; plain:red", ""),
    ("the background is green, with a yellow duck in the middle", "yellow duck; plain:green", ""),
    ("an icon of a camera", "camera; icon transparent", ""),
    ("a 3d rocket", "rocket; gradient", ""),
    ("a cake topped with cherries", "birthday cake, cherries; 1 on 0", ""),
    ("a bowl filled with oranges", "bowl, 3 tangerine; 1 in 0", ""),
    ("a glass of milk and a plate of cookies", "glass of milk, 3 cookie", "plate"),
    ("two slices of watermelon", "2 watermelon", ""),
    ("a herd of cows in a meadow", "5 cow; meadow", ""),
    ("a flock of birds in the sky", "6 bird; sky", ""),
    (
        "a person standing in front of a large window",
        "person, large window; 0 in front of 1",
        "standing",
    ),
    ("a spaceship above a city", "flying saucer; city", ""),
    ("snow falling on a house", "house; snow", ""),
    ("a witch flying on a broom at night", "woman mage, broom; 0 on 1; night", "flying"),
    ("a red heart in a blue circle", "red heart, blue circle; 0 in 1", ""),
    ("flying to the moon", "full moon", "flying"),
    ("a photo of a cat", "cat", ""),
    ("a fire-breathing dragon", "dragon", "firebreathing"),
    ("a big top hat", "large top hat", ""),
    ("a woman with a basket and a cat inside", "woman, basket, cat; 0 next to 1", ""),
    ("a chair with a cat underneath", "chair, cat; 1 below 0", ""),
    ("a dog with a bird on its back", "dog, bird; 1 on 0", ""),
    ("a girl dancing on a skateboard", "girl, skateboard; 0 on 1", "dancing"),
    ("the boy's bicycle is next to a house", "boy, bicycle, house; 1 next to 2", ""),
    ("a bird on a pirate's shoulder", "bird, pirate; 0 on 1", ""),
    ("a rabbit, but not a cat, with a carrot", "rabbit, carrot; 0 next to 1", ""),
    ("three big shiny cameras", "3 large camera", "shiny"),
    ("a moon behind a cloud", "full moon, cloud; 0 behind 1", ""),
    ("a tent and a cow under the stars", "cow; night stars", "tent"),
    ("qwertz asdf", "", "qwertz asdf"),
    ("🐱\u200d👤 👍🏽 🇩🇪", "thumbs up", "🐱\u200d👤 🇩🇪"),
    ("a cat 🐱 and 🎈🎈", "cat, 2 balloon", "🐱"),
    ("un chat rouge", "", "un chat rouge"),
    ("a man walking his dog", "man, dog; 0 next to 1", "walking"),
    ("she is reading a newspaper on a bench", "newspaper, bench; 0 on 1", ""),
    (
        "a car that is yellow next to a house that is blue",
        "yellow automobile, blue house; 0 next to 1",
        "",
    ),
    ("a light blue car on a dark road", "blue automobile; road", "light dark"),
    ("black and white cow", "black cow", "white"),
    ("a submarine underwater", "submarine; underwater", ""),
    ("a fridge and an oven in a kitchen", "refrigerator, oven; room", ""),
    ("a bicycle leaning against a fence", "bicycle, fence; 0 next to 1", "leaning"),
    ("two candles on top of a birthday cake", "2 candle, birthday cake; 0 on 1", ""),
    (
        "a princess wearing a crown in front of a castle",
        "princess, crown, castle; 0 wearing 1, 0 in front of 2",
        "",
    ),
    ("a small boat on a river", "small sailboat; sea", ""),
    ("a kite flying over the beach", "kite; beach", "flying"),
    ("a ghost in a haunted forest at night", "ghost; forest night", "haunted"),
    ("a woman reading a book on a sofa", "woman, closed book, sofa; 0 reading 1, 0 on 2", ""),
    ("a red, a green and a blue balloon", "blue balloon", "red green"),
    ("twelve stars", "12 star", ""),
    ("fifty balloons", "24 balloon", "50"),
    (
        "a dog wearing a top hat and sunglasses",
        "dog, top hat, sunglasses; 0 wearing 1, 0 wearing 2",
        "",
    ),
    ("the sun over the desert", "sun; desert", ""),
    ("a camera, icon style", "camera; icon transparent", ""),
    ("a frog on a lily pad in a pond", "frog, lily pad; 0 on 1; sea", ""),
    ("in front of a castle, a horse", "castle, horse; 1 in front of 0", ""),
    ("next to the tree, a bench", "deciduous tree, bench; 1 next to 0", ""),
    ("a card that says „Hallo“", "card:Hallo", ""),
    ("a poster with «Bonjour»", "banner:Bonjour", ""),
    ("zero cats", "", ""),
    ("a cat under a table", "cat, table; 0 below 1", ""),
    ("a navy blue background with three white stars", "3 white star; plain:#14213d", ""),
    ("rain over a city", "city rain", ""),
)


class CountingEncoder(LetterEncoder):
    """Counts how often planning asks what words mean."""

    asked = 0

    def sentence(self, texts):  # type: ignore[no-untyped-def]  # as LetterEncoder
        self.asked += len(texts)
        return super().sentence(texts)


def plan(prompt: str, shelf: Memory) -> Reading:
    return read(prompt, shelf, LetterEncoder())


@pytest.mark.parametrize(("prompt", "expected", "unmatched"), PROMPTS, ids=[p[0] for p in PROMPTS])
def test_a_prompt_is_read_as_a_person_means_it(
    prompt: str, expected: str, unmatched: str, shelf: Memory
) -> None:
    reading = plan(prompt, shelf)
    assert told(reading) == expected
    assert " ".join(reading.unmatched) == unmatched


def test_nothing_known_gives_an_empty_reading_with_every_word_unmatched(shelf: Memory) -> None:
    reading = plan("frobnicated wibbles", shelf)
    assert reading.mentions == () and reading.backdrop is None
    assert reading.unmatched == ("frobnicated", "wibbles")


def test_what_was_understood_is_told_in_the_words_of_the_prompt(shelf: Memory) -> None:
    assert plan("three Red apples on a blue table", shelf).matched == (
        "three Red apples",
        "a blue table",
    )


def test_a_colour_that_the_thing_has_by_nature_is_not_painted(shelf: Memory) -> None:
    assert plan("a red apple and a blue apple", shelf).mentions[0].colour is None
    assert plan("a red apple and a blue apple", shelf).mentions[1].colour == "blue"


def test_one_picture_is_drawn_in_one_style_when_that_style_has_everything(shelf: Memory) -> None:
    assert [m.asset for m in plan("an orca and a cat", shelf).mentions] == ["noto/orca", "noto/cat"]
    assert plan("a cat", shelf).mentions[0].asset == "fluent-emoji-flat/cat"
    assert plan("a cat, noto style", shelf).mentions[0].asset == "noto/cat"


@pytest.mark.parametrize("mark", ['"{}"', "“{}”", "'{}'", "‘{}’", "«{}»", "„{}“", "`{}`", "「{}」"])
def test_words_are_taken_from_every_kind_of_quotes(mark: str, shelf: Memory) -> None:
    reading = plan(f"a poster with the words {mark.format('It is 9 o’clock')}", shelf)
    assert [(w.text, w.holder) for w in reading.words] == [("It is 9 o’clock", "banner")]


def test_quoted_things_are_written_and_not_drawn(shelf: Memory) -> None:
    assert plan('a sign that says "CAT"', shelf).mentions == ()


def test_an_emoji_with_skin_tone_or_joiners_is_its_drawing(shelf: Memory) -> None:
    assert told(plan("👍🏿 🧑‍🚀🦊🎈🎈", shelf)) == "thumbs up, astronaut, fox, 2 balloon"


def test_a_prompt_of_thousands_of_unknown_words_is_bounded_work(shelf: Memory) -> None:
    encoder = CountingEncoder()
    prompt = " ".join(f"zork{i} blarg{i}," for i in range(2000))[:32_000]
    reading = read(prompt, shelf, encoder)
    assert encoder.asked <= MAX_LOOKUPS
    assert reading.mentions == () and len(reading.unmatched) > 2000


def test_a_long_quote_is_prose_and_not_lettering(shelf: Memory) -> None:
    assert plan('a cat "' + "very " * 60 + '" end', shelf).words == ()


def test_a_prompt_of_thousands_of_things_keeps_within_the_scene(shelf: Memory) -> None:
    reading = plan("a cat, a dog, " * 2000, shelf)
    assert 0 < len(reading.mentions) <= MAX_THINGS


@settings(max_examples=60, deadline=None)
@given(prompt=st.text(max_size=200))
def test_any_text_gives_a_valid_reading(prompt: str, shelf: Memory) -> None:
    check(plan(prompt, shelf), shelf)


WORDS = (
    "a two red cat dog and on behind with no it is the , . table sea night says 'X' of bowl 🦊 in"
)


@settings(max_examples=150, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS.split()), max_size=25))
def test_any_order_of_known_words_gives_a_valid_reading(words: list[str], shelf: Memory) -> None:
    check(plan(" ".join(words), shelf), shelf)


def check(reading: Reading, shelf: Memory) -> None:
    for mention in reading.mentions:
        assert mention.asset in shelf and mention.count >= 1
        assert mention.colour is None or mention.colour in COLOURS
    for relation in reading.relations:
        assert relation.kind in RELATIONS
        assert relation.subject != relation.object
        assert max(relation.subject, relation.object) < len(reading.mentions)
    assert reading.backdrop is None or reading.backdrop in BACKGROUNDS
