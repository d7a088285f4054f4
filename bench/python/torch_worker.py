"""PyTorch, float32, channels last: training of all layers on one batch in memory."""

import os

import torch
from torch import nn

import networks
from protocol import seconds_of, serve


def normalize(filters, activation=True):
    norm = nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01)
    return [norm, nn.ReLU6(inplace=True)] if activation else [norm]


def convolve(channels, filters, kernel_size, strides=1, groups=1, activation=True):
    # The same padding on both sides: with strides of 2 it differs from TensorFlow's 'same', but the work is equal.
    padding = kernel_size // 2
    layer = nn.Conv2d(channels, filters, kernel_size, strides, padding, groups=groups, bias=False)
    return [layer, *normalize(filters, activation)]


class InvertedResidual(nn.Module):
    def __init__(self, channels, kernel_size, strides, expansion, filters):
        super().__init__()
        middle = channels * expansion
        self.is_residual = strides == 1 and channels == filters
        self.body = nn.Sequential(
            *(convolve(channels, middle, 1) if expansion > 1 else []),
            *convolve(middle, middle, kernel_size, strides, groups=middle),
            *convolve(middle, filters, 1, activation=False),
        )

    def forward(self, x):
        return x + self.body(x) if self.is_residual else self.body(x)


def classifier(network):
    channels, head = networks.NETWORKS[network]["stem"], networks.NETWORKS[network]["head"]
    modules = convolve(3, channels, 3, 2)
    for kernel_size, strides, expansion, filters in networks.blocks_of(network):
        modules.append(InvertedResidual(channels, kernel_size, strides, expansion, filters))
        channels = filters
    modules += [*convolve(channels, head, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*modules, nn.Dropout(networks.DROPOUT), nn.Linear(head, networks.CLASSES))


def optimizer_of(model):
    """AdamW with decay on kernels only, as in this project; fused, the fastest in PyTorch."""
    parameters = list(model.parameters())
    groups = [
        {"params": [each for each in parameters if each.ndim > 1], "weight_decay": networks.WEIGHT_DECAY},
        {"params": [each for each in parameters if each.ndim == 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=networks.LEARNING_RATE, eps=1e-7, fused=True)


def train(options):
    torch.set_num_threads(os.cpu_count())
    size, batch_size, steps = options["imageSize"], options["batchSize"], options["steps"]
    model = classifier(options["network"]).to(memory_format=torch.channels_last).train()
    optimizer = optimizer_of(model)
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(networks.AVERAGE_DECAY)
    )
    loss_of = nn.CrossEntropyLoss(label_smoothing=networks.LABEL_SMOOTHING)
    images = torch.rand(batch_size, 3, size, size).mul(2).sub(1).to(memory_format=torch.channels_last)
    labels = torch.arange(batch_size) % networks.CLASSES

    def take_steps(count):
        for _ in range(count):
            optimizer.zero_grad(set_to_none=True)
            logits = model(images)
            loss = loss_of(logits, labels)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), networks.CLIP_NORM)
            optimizer.step()
            average.update_parameters(model)
            # Loss and accuracy of each step, as the others report them.
            loss.item()
            (logits.argmax(1) == labels).sum().item()

    take_steps(options["warmUp"])
    counted = [each for name, each in model.state_dict().items() if not name.endswith("num_batches_tracked")]
    info = {"versions": {"torch": torch.__version__}, "parameters": sum(each.numel() for each in counted)}
    return info, lambda: {"figures": {"imagesPerSecond": steps * batch_size / seconds_of(take_steps, steps)}}


serve(train)
