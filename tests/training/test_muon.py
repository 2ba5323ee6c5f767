import torch

from sfumato.training.muon import Muon, orthogonalise


def test_orthogonalised_matrices_have_singular_values_near_one() -> None:
    matrices = torch.randn(3, 24, 64, generator=torch.Generator().manual_seed(0))
    values = torch.linalg.svdvals(orthogonalise(matrices, torch.float32))
    assert values.min() > 0.5
    assert values.max() < 1.5


def test_tall_and_wide_matrices_are_orthogonalised_alike() -> None:
    matrix = torch.randn(1, 16, 40, generator=torch.Generator().manual_seed(0))
    wide = orthogonalise(matrix, torch.float32)
    tall = orthogonalise(matrix.mT, torch.float32)
    assert torch.allclose(wide, tall.mT, atol=1e-5)


def test_it_solves_a_least_squares_problem() -> None:
    generator = torch.Generator().manual_seed(0)
    goal = torch.randn(8, 8, generator=generator)
    weight = torch.nn.Parameter(torch.zeros(8, 8))
    optimiser = Muon([weight], lr=0.05)
    for _ in range(300):
        optimiser.zero_grad()
        torch.autograd.backward((weight - goal).square().mean())
        optimiser.step()
    assert (weight - goal).square().mean() < 0.05 * goal.square().mean()
