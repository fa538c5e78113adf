# The layers of the network as TorchScript, computed in bfloat16 (type 15) and channels-last order (memory format 2).
# DJL's own operations offer neither. Weights come in as float32 and get their gradients in float32. Kernels come with
# their channels filled up to a multiple of 16, and so the outputs of convolutions have such channels of 0.
class Layers(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  def matched(self: __torch__.Layers, x: Tensor, channels: int) -> Tensor:
    missing = torch.sub(channels, torch.size(x, 1))
    if torch.gt(missing, 0):
      y = torch.constant_pad_nd(x, [0, 0, 0, 0, 0, missing])
    else:
      y = x
    return y
  def convolution(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.relu(torch.conv2d(torch.to((self).matched(x, torch.size(weight, 1)), 15, False, False, 2), torch.to(weight, 15, False, False, 2), torch.to(bias, 15), [1, 1], [1, 1], [1, 1]))
  def strided(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.relu(torch.conv2d(torch.to((self).matched(x, torch.size(weight, 1)), 15, False, False, 2), torch.to(weight, 15, False, False, 2), torch.to(bias, 15), [2, 2], [1, 1], [1, 1]))
  def dilated(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.relu(torch.conv2d(torch.to((self).matched(x, torch.size(weight, 1)), 15, False, False, 2), torch.to(weight, 15, False, False, 2), torch.to(bias, 15), [1, 1], [2, 2], [2, 2]))
  def transposed(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.relu(torch.conv_transpose2d(torch.to((self).matched(x, torch.size(weight, 0)), 15, False, False, 2), torch.to(weight, 15, False, False, 2), torch.to(bias, 15), [2, 2], [1, 1]))
  def normalization(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    return torch.batch_norm(torch.narrow(x, 1, 0, torch.size(weight, 0)), weight, bias, mean, variance, True, 0.1, 1e-05, True)
  def logits(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.to(torch.conv2d(torch.to((self).matched(x, torch.size(weight, 1)), 15, False, False, 2), torch.to(weight, 15, False, False, 2), torch.to(bias, 15)), 6)
