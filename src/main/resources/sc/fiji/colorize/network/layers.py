# The layers of the network as TorchScript, computed in bfloat16 (type 15) and channels-last order (memory format 2).
# DJL's own operations offer neither. Weights come in as float32 and get their gradients in float32.
class Layers(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  def convolution(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.relu(torch.conv2d(torch.to(x, 15, False, False, 2), torch.to(weight, 15, False, False, 2), torch.to(bias, 15), [1, 1], [1, 1], [1, 1]))
  def strided(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.relu(torch.conv2d(torch.to(x, 15, False, False, 2), torch.to(weight, 15, False, False, 2), torch.to(bias, 15), [2, 2], [1, 1], [1, 1]))
  def dilated(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.relu(torch.conv2d(torch.to(x, 15, False, False, 2), torch.to(weight, 15, False, False, 2), torch.to(bias, 15), [1, 1], [2, 2], [2, 2]))
  def transposed(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.relu(torch.conv_transpose2d(torch.to(x, 15, False, False, 2), torch.to(weight, 15, False, False, 2), torch.to(bias, 15), [2, 2], [1, 1]))
  def normalization(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    return torch.batch_norm(x, weight, bias, mean, variance, True, 0.1, 1e-05, True)
  def logits(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.to(torch.conv2d(torch.to(x, 15, False, False, 2), torch.to(weight, 15, False, False, 2), torch.to(bias, 15)), 6)
