"""What layout knows about the world: how large things are, which fly, float, sit or are worn.

Tables of words only; a concept is looked up by its last known word. Knows nothing about geometry.
"""

from collections.abc import Collection, Mapping

_SIZES = {
    0.34: "ant bee bug ladybug beetle mosquito fly ring key coin button droplet candy pearl pin",
    0.42: "mouse butterfly spider snail worm cricket cherry cherries strawberry strawberries "
    "grape lemon mushroom egg peanut chestnut cookie pencil pen crayon spoon leaf "
    "feather shell acorn",
    0.5: "apple orange pear peach tomato carrot banana bird chick frog hamster hatchling "
    "fish flower rose tulip blossom hibiscus cup mug glass coffee tea lemonade book "
    "ball clock star hat cap crown glasses bell camera phone candle sandwich donut "
    "doughnut cupcake avocado kiwi onion potato seedling bouquet cactus shoe sock glove "
    "wallet heart gem bat",
    0.62: "cat rabbit duck chicken rooster hedgehog squirrel raccoon turtle lizard snake owl "
    "parrot cake pizza burger hamburger cheese bread pumpkin melon watermelon pineapple "
    "coconut bowl pot teapot vase laptop radio guitar violin gift balloon umbrella "
    "backpack skateboard lamp basket cauliflower broccoli lantern kite robot crab "
    "lobster potted lily pad",
    0.76: "dog fox wolf penguin sheep goat pig koala panda monkey octopus squid swan eagle "
    "turkey child boy girl baby teddy chair television suitcase barrel trophy branch "
    "skunk otter sloth",
    0.95: "man woman person bear snowman deer horse cow ox lion tiger leopard zebra donkey "
    "gorilla kangaroo seal dolphin shark bicycle scooter motorcycle sofa couch bed door "
    "table unicorn scarecrow wizard fairy astronaut cook farmer sign sunflower tent "
    "cloud sun moon",
    1.2: "elephant giraffe rhinoceros hippopotamus camel llama crocodile car taxi automobile "
    "jeep tractor boat sailboat canoe rocket dinosaur sauropod rex dragon whale bridge "
    "planet rainbow fountain",
    1.45: "tree palm evergreen bus truck train locomotive airplane helicopter ship ferry "
    "house hut cabin tower lighthouse windmill wheel",
    1.6: "castle church mosque temple building hotel hospital school factory stadium "
    "mountain volcano",
}
NATURAL: Mapping[str, float] = {
    word: size for size, words in _SIZES.items() for word in words.split()
}
WORD_SIZES: Mapping[str, float] = {
    "tiny": 0.45,
    "small": 0.7,
    "normal": 1.0,
    "large": 1.35,
    "huge": 1.8,
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


AIRBORNE = _words(
    "sun moon star stars cloud comet meteor rainbow rocket airplane plane helicopter balloon "
    "kite ufo saucer satellite planet earth butterfly butterflies bee dragonfly bat parachute "
    "firework fireworks lightning angel fairy dove eagle swallow seagull bird birds bubble "
    "bubbles heart hearts snowflake sparkles zeppelin dragonflies parrot note notes feather "
    "bees spaceship globe"
)
PERCHING = _words(
    "bird birds dove eagle parrot balloon rocket seagull feather globe heart fairy angel"
)
SKY = _words("kite sun moon crescent star stars cloud rainbow comet lightning")
ORBS = _words("sun moon crescent planet earth saturn globe comet")
SWIMMERS = _words(
    "fish whale dolphin shark octopus squid jellyfish turtle seal crab lobster shrimp coral "
    "mermaid submarine blowfish"
)
FLOATERS = _words(
    "boat sailboat ship ferry canoe yacht speedboat motorboat surfer swan duck raft kayak"
)
CANOPIES = _words("tree palm evergreen umbrella parasol rainbow arch tent mushroom lamp bridge")
SEATS = _words("sofa couch armchair chair bench bed throne swing seat stool")
PADS = _words("web cobweb leaf pad rug carpet plate pizza leaves blanket lawn map pillow cushion")
ENCLOSURES = _words("cage birdcage aquarium terrarium")
OPEN_TOPS: Mapping[str, float] = {  # how deep things stand that lie in it before its back rim
    "bowl": 0.14,
    "nest": 0.3,
    "carton": 0.4,
    "box": 0.4,
    "dish": 0.3,
}
DEEP = {  # the same for what hides the lower part of what is in it
    "basket": 0.5,
    "bathtub": 0.68,
    "bucket": 0.45,
    "pot": 0.4,
}
VEHICLES = _words("car automobile taxi bus truck train tractor van jeep locomotive")
WHEELS = _words(
    "bicycle unicycle bike motorcycle scooter car skateboard snowboard surfboard sled train "
    "tractor wagon taxi boat canoe rocket truck bus"
)
BOARDS = _words("skateboard snowboard surfboard sled raft skis broom carpet")
LIFTED = _words("balloon balloons umbrella kite flag torch")
SPANS = _words("bridge hill island mountain stage track tracks railway rail pier dock cliff")
HATS = _words("hat hats cap crown helmet bonnet beanie tiara sombrero headphones bow turban wreath")
EYEWEAR = _words("glasses sunglasses goggles spectacles mask monocle eyeglasses")
NECKWEAR = _words("scarf tie necktie necklace ribbon collar medal bowtie shawl")
FOOTWEAR = _words("boots boot shoes shoe socks sneakers sandals skates slippers")
FACING = _words(
    "cat dog fox wolf horse cow ox pig sheep goat rabbit mouse elephant giraffe zebra deer "
    "tiger leopard lion camel llama duck swan chicken rooster turkey bird parrot eagle dove "
    "snail turtle lizard crocodile dinosaur sauropod rex fish whale dolphin shark dragon "
    "unicorn squirrel hedgehog kangaroo skunk otter gorilla monkey rhinoceros hippopotamus car "
    "truck bus taxi tractor bicycle motorcycle scooter locomotive sailboat boat bee snake "
    "raccoon poodle donkey moose bison mammoth"
)
TURNLESS = _words(  # things on which a mirrored detail would be read, or which hang straight
    "flag clock book sign letter number calendar newspaper card map keyboard computer button "
    "watch moon banner ticket"
)
SHADOWLESS = _words("star heart note sparkles flag droplet snowflake speech text arrow puddle")


def is_one_of(concept: str, words: Collection[str]) -> bool:
    """Whether any word of the concept, or its singular, is in the table."""
    return any(w in words or w.removesuffix("s") in words for w in concept.lower().split())


def natural_size(concept: str) -> float:
    """How large a thing is drawn beside others, damped so that a mouse beside a house is seen."""
    for word in reversed(concept.lower().split()):
        for form in (word, word.removesuffix("s"), word.removesuffix("es")):
            if form in NATURAL:
                return NATURAL[form]
    return 0.72
