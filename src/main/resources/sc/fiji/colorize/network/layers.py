# The layers of the network in training, as TorchScript: sums of branches, each a convolution (or the identity) with a batch
# normalization. DJL's operations support neither bfloat16 nor the faster memory format. The attributes select the type (6 is
# float32, 15 bfloat16) and the memory format (0 is contiguous, 2 channels last). Weights and their gradients are float32.
# The channels of kernels are padded with zeros to a multiple of 16; each branch removes the padding from its output.
class Layers(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  type : int
  order : int
  def typed(self: __torch__.Layers, x: Tensor) -> Tensor:
    return torch.to(x, self.type, False, False, self.order)
  def matched(self: __torch__.Layers, x: Tensor, channels: int) -> Tensor:
    missing = torch.sub(channels, torch.size(x, 1))
    if torch.gt(missing, 0):
      y = torch.constant_pad_nd(x, [0, 0, 0, 0, 0, missing])
    else:
      y = x
    return y
  def normalized(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    channels = torch.size(weight, 0)
    if torch.gt(torch.size(x, 1), channels):
      y = torch.narrow(x, 1, 0, channels)
    else:
      y = x
    return torch.batch_norm(y, weight, bias, mean, variance, True, 0.1, 1e-05, True)
  def branches(self: __torch__.Layers, x: Tensor, stride: int, dilation: int, kernel3: Tensor, weight3: Tensor, bias3: Tensor, mean3: Tensor, variance3: Tensor, kernel1: Tensor, weight1: Tensor, bias1: Tensor, mean1: Tensor, variance1: Tensor) -> Tensor:
    input = (self).typed((self).matched(x, torch.size(kernel3, 1)))
    wide = torch.conv2d(input, (self).typed(kernel3), None, [stride, stride], [dilation, dilation], [dilation, dilation])
    narrow = torch.conv2d(input, (self).typed(kernel1), None, [stride, stride])
    return torch.add_((self).normalized(wide, weight3, bias3, mean3, variance3), (self).normalized(narrow, weight1, bias1, mean1, variance1))
  def convolution(self: __torch__.Layers, x: Tensor, kernel3: Tensor, weight3: Tensor, bias3: Tensor, mean3: Tensor, variance3: Tensor, kernel1: Tensor, weight1: Tensor, bias1: Tensor, mean1: Tensor, variance1: Tensor) -> Tensor:
    return torch.relu_((self).branches(x, 1, 1, kernel3, weight3, bias3, mean3, variance3, kernel1, weight1, bias1, mean1, variance1))
  def strided(self: __torch__.Layers, x: Tensor, kernel3: Tensor, weight3: Tensor, bias3: Tensor, mean3: Tensor, variance3: Tensor, kernel1: Tensor, weight1: Tensor, bias1: Tensor, mean1: Tensor, variance1: Tensor) -> Tensor:
    return torch.relu_((self).branches(x, 2, 1, kernel3, weight3, bias3, mean3, variance3, kernel1, weight1, bias1, mean1, variance1))
  def convolution_identity(self: __torch__.Layers, x: Tensor, kernel3: Tensor, weight3: Tensor, bias3: Tensor, mean3: Tensor, variance3: Tensor, kernel1: Tensor, weight1: Tensor, bias1: Tensor, mean1: Tensor, variance1: Tensor, weight0: Tensor, bias0: Tensor, mean0: Tensor, variance0: Tensor) -> Tensor:
    y = (self).branches(x, 1, 1, kernel3, weight3, bias3, mean3, variance3, kernel1, weight1, bias1, mean1, variance1)
    return torch.relu_(torch.add_(y, (self).normalized((self).typed(x), weight0, bias0, mean0, variance0)))
  def dilated_identity(self: __torch__.Layers, x: Tensor, kernel3: Tensor, weight3: Tensor, bias3: Tensor, mean3: Tensor, variance3: Tensor, kernel1: Tensor, weight1: Tensor, bias1: Tensor, mean1: Tensor, variance1: Tensor, weight0: Tensor, bias0: Tensor, mean0: Tensor, variance0: Tensor) -> Tensor:
    y = (self).branches(x, 1, 2, kernel3, weight3, bias3, mean3, variance3, kernel1, weight1, bias1, mean1, variance1)
    return torch.relu_(torch.add_(y, (self).normalized((self).typed(x), weight0, bias0, mean0, variance0)))
  def transposed(self: __torch__.Layers, x: Tensor, kernel: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    y = torch.conv_transpose2d((self).typed((self).matched(x, torch.size(kernel, 0))), (self).typed(kernel), None, [2, 2], [1, 1])
    return torch.relu_((self).normalized(y, weight, bias, mean, variance))
  def normalization(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    return (self).normalized(x, weight, bias, mean, variance)
  def logits(self: __torch__.Layers, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    places = torch.permute((self).typed(x), [0, 2, 3, 1])
    y = torch.linear(places, torch.to(weight, self.type), torch.to(bias, self.type))
    return torch.to(torch.permute(y, [0, 3, 1, 2]), 6)
