import json

import pytest

from sfumato.core import ImageParams, InputMask, InputPicture
from sfumato.jobs.saved_params import params_from_json, params_to_json

PICTURE = InputPicture(key="inputs/ab/abc", sha256="0", width=4, height=2, recipe={"seed": 1})


@pytest.mark.parametrize(
    "params",
    [
        ImageParams(prompt="a cat"),
        ImageParams(prompt="é", scene={"things": []}, seed=7, n=3, background="transparent"),
        ImageParams(prompt="blue", inputs=(PICTURE, PICTURE), mask=InputMask(key="m")),
        ImageParams(prompt="blue", inputs=(PICTURE,), mask=InputMask(key="m", kind="markup")),
    ],
)
def test_params_survive_json(params: ImageParams) -> None:
    assert params_from_json(json.loads(json.dumps(params_to_json(params)))) == params
