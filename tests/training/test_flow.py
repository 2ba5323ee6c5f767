import torch
from hypothesis import given
from hypothesis import strategies as st

from sfumato.training.flow import MIN_T, interpolate, sample_t, velocity_loss


def test_time_one_is_noise_and_time_zero_is_the_picture() -> None:
    x_0, noise = torch.randn(2, 4, 8, 8), torch.randn(2, 4, 8, 8)
    assert torch.equal(interpolate(x_0, noise, torch.zeros(2)), x_0)
    assert torch.equal(interpolate(x_0, noise, torch.ones(2)), noise)


@given(t=st.floats(MIN_T, 1))
def test_the_loss_is_the_squared_error_of_the_velocity(t: float) -> None:
    generator = torch.Generator().manual_seed(0)
    x_0, noise, guess = torch.randn(3, 1, 4, 8, 8, generator=generator)
    time = torch.tensor([t])
    x_t = interpolate(x_0, noise, time)
    velocity = (x_t - guess) / t
    expected = (velocity - (noise - x_0)).square().mean()
    loss = velocity_loss(guess, x_0, time, torch.ones(1, 1, 8, 8))
    assert torch.allclose(loss, expected, rtol=1e-2, atol=1e-4)


def test_what_the_mask_keeps_costs_nothing() -> None:
    x_0 = torch.zeros(1, 4, 8, 8)
    guess = torch.zeros(1, 4, 8, 8)
    guess[..., :4] = 1
    mask = torch.zeros(1, 1, 8, 8)
    mask[..., 4:] = 1
    assert velocity_loss(guess, x_0, torch.ones(1), mask) == 0
    assert velocity_loss(guess, x_0, torch.ones(1), 1 - mask) == 1


def test_timesteps_follow_the_generator_and_stay_between_picture_and_noise() -> None:
    one = sample_t(1000, torch.Generator().manual_seed(1), 0.3, 1.0)
    two = sample_t(1000, torch.Generator().manual_seed(1), 0.3, 1.0)
    assert torch.equal(one, two)
    assert 0 < one.min() < one.max() < 1
    assert one.median() > 0.5
