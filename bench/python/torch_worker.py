"""PyTorch, float32, channels last: training of all layers on one batch in memory."""

import os

import torch
from torch import nn

import peer


def convolve(channels, filters, kernel_size, strides=1, groups=1, activation=True):
    # The same padding on both sides: with strides of 2 it differs from TensorFlow's 'same', but the work is equal.
    padding = kernel_size // 2
    layer = nn.Conv2d(channels, filters, kernel_size, strides, padding, groups=groups, bias=False)
    norm = nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01)
    return [layer, norm, nn.ReLU6(inplace=True)] if activation else [layer, norm]


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


def inverted_residual(channels, kernel_size, strides, expansion, filters):
    middle = channels * expansion
    modules = [
        *(convolve(channels, middle, 1) if expansion > 1 else []),
        *convolve(middle, middle, kernel_size, strides, groups=middle),
        *convolve(middle, filters, 1, activation=False),
    ]
    return (Residual if strides == 1 and channels == filters else nn.Sequential)(*modules)


def classifier(network):
    channels, head = peer.NETWORKS[network]["stem"], peer.NETWORKS[network]["head"]
    modules = convolve(3, channels, 3, 2)
    for kernel_size, strides, expansion, filters in peer.blocks_of(network):
        modules.append(inverted_residual(channels, kernel_size, strides, expansion, filters))
        channels = filters
    modules += [*convolve(channels, head, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*modules, nn.Dropout(peer.DROPOUT), nn.Linear(head, peer.CLASSES))


def optimizer_of(model):
    """AdamW with decay on kernels only, as in this project; fused, the fastest in PyTorch."""
    parameters = list(model.parameters())
    groups = [
        {"params": [each for each in parameters if each.ndim > 1], "weight_decay": peer.WEIGHT_DECAY},
        {"params": [each for each in parameters if each.ndim == 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=peer.LEARNING_RATE, eps=1e-7, fused=True)


def train(options):
    torch.set_num_threads(os.cpu_count())
    size, batch_size = options["imageSize"], options["batchSize"]
    model = classifier(options["network"]).to(memory_format=torch.channels_last).train()
    optimizer = optimizer_of(model)
    ema = torch.optim.swa_utils.get_ema_multi_avg_fn(peer.AVERAGE_DECAY)
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=ema)
    loss_of = nn.CrossEntropyLoss(label_smoothing=peer.LABEL_SMOOTHING)
    images = torch.rand(batch_size, 3, size, size).mul(2).sub(1).to(memory_format=torch.channels_last)
    labels = torch.arange(batch_size) % peer.CLASSES

    def take_steps(count):
        for _ in range(count):
            optimizer.zero_grad(set_to_none=True)
            logits = model(images)
            loss = loss_of(logits, labels)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), peer.CLIP_NORM)
            optimizer.step()
            average.update_parameters(model)
            # Loss and accuracy of each step, as the others report them.
            loss.item()
            (logits.argmax(1) == labels).sum().item()

    counted = [each for name, each in model.state_dict().items() if not name.endswith("num_batches_tracked")]
    info = {"versions": {"torch": torch.__version__}, "parameters": sum(each.numel() for each in counted)}
    return info, peer.training(take_steps, options)


peer.serve(train)
