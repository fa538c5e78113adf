# The layers of the network in prediction, as TorchScript, with the statistics of training. DJL's operations support neither
# bfloat16 nor the faster memory format. The attributes select the type (15 is bfloat16, 6 float32) and the memory format (2 is
# channels last). Kernels arrive in their type, with their channels padded with zeros to a multiple of 16.
class Layers(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  type : int
  order : int
  def rounded(self: __torch__.Layers, x: Tensor) -> Tensor:
    return torch.to(x, self.type, False, False, self.order)
  def exact(self: __torch__.Layers, x: Tensor) -> Tensor:
    return torch.to(x, 6, False, False, self.order)
  def shifted(self: __torch__.Layers, y: Tensor, bias: Tensor) -> Tensor:
    return torch.add_(y, torch.view(bias, [1, -1, 1, 1]))
  def convolved(self: __torch__.Layers, x: Tensor, stride: int, dilation: int, kernel: Tensor, bias: Tensor) -> Tensor:
    if torch.__and__(torch.__not__(ops.prim.is_cuda(x)), ops.mkldnn._is_mkldnn_bf16_supported()):
      y = torch.mkldnn_convolution(x, kernel, bias, [dilation, dilation], [stride, stride], [dilation, dilation], 1)
    else:
      y = (self).shifted(torch.conv2d(x, kernel, None, [stride, stride], [dilation, dilation], [dilation, dilation]), bias)
    return torch.relu_(y)
  def exact_convolution(self: __torch__.Layers, x: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    return (self).convolved((self).exact(x), 1, 1, kernel, bias)
  def exact_strided(self: __torch__.Layers, x: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    return (self).convolved((self).exact(x), 2, 1, kernel, bias)
  def convolution(self: __torch__.Layers, x: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    return (self).convolved((self).rounded(x), 1, 1, kernel, bias)
  def strided(self: __torch__.Layers, x: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    return (self).convolved((self).rounded(x), 2, 1, kernel, bias)
  def dilated(self: __torch__.Layers, x: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    return (self).convolved((self).rounded(x), 1, 2, kernel, bias)
  def normalization(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    return torch.batch_norm(x, weight, bias, mean, variance, False, 0.1, 1e-05, True)
  def transposed(self: __torch__.Layers, x: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    return torch.relu_((self).shifted(torch.conv_transpose2d((self).rounded(x), kernel, None, [2, 2], [1, 1]), bias))
  def logits(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    cells = torch.permute((self).exact(x), [0, 2, 3, 1])
    return torch.permute(torch.linear(cells, weight, bias), [0, 3, 1, 2])
