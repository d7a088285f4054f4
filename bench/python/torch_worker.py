"""PyTorch, channels last, in float32 or with bfloat16 autocast: training of all layers on one batch, or prediction."""

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


class Bottleneck(nn.Module):
    """A block of ResNet50 as in Keras: convolutions with biases, the stride in the first one."""

    def __init__(self, channels, filters, strides):
        super().__init__()

        def convolve(inputs, outputs, kernel_size, strides=1):
            layer = nn.Conv2d(inputs, outputs, kernel_size, strides, kernel_size // 2)
            return [layer, nn.BatchNorm2d(outputs, eps=1.001e-5, momentum=0.01)]

        wide = 4 * filters
        self.shortcut = nn.Identity() if channels == wide else nn.Sequential(*convolve(channels, wide, 1, strides))
        self.branch = nn.Sequential(
            *convolve(channels, filters, 1, strides),
            nn.ReLU(inplace=True),
            *convolve(filters, filters, 3),
            nn.ReLU(inplace=True),
            *convolve(filters, wide, 1),
        )

    def forward(self, x):
        return nn.functional.relu(self.shortcut(x) + self.branch(x), inplace=True)


def resnet50():
    modules = [nn.Conv2d(3, 64, 7, 2, 3), nn.BatchNorm2d(64, eps=1.001e-5, momentum=0.01), nn.ReLU(inplace=True)]
    modules.append(nn.MaxPool2d(3, 2, 1))
    channels = 64
    for blocks, first_strides, filters in [(3, 1, 64), (4, 2, 128), (6, 2, 256), (3, 2, 512)]:
        for block in range(blocks):
            modules.append(Bottleneck(channels, filters, first_strides if block == 0 else 1))
            channels = 4 * filters
    modules += [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*modules, nn.Dropout(peer.DROPOUT), nn.Linear(channels, peer.CLASSES))


def classifier(network):
    if network == "resnet50":
        return resnet50()
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
            with torch.autocast("cpu", torch.bfloat16, enabled=options.get("autocast", False)):
                logits = model(images)
                loss = loss_of(logits, labels)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), peer.CLIP_NORM)
            optimizer.step()
            average.update_parameters(model)
            # Loss and accuracy of each step, as the others report them.
            loss.item()
            (logits.argmax(1) == labels).sum().item()

    return info_of(model), peer.training(take_steps, options)


def predict(options):
    """Many faces with the mirrored view."""
    faces, size, batch_size = options["faces"], options["imageSize"], options["batchSize"]
    numbers = peer.NETWORKS[options["network"]]
    model = classifier(options["network"]).to(memory_format=torch.channels_last).eval()
    pixels = torch.randint(0, 256, (faces, 1, peer.FACE, peer.FACE)).float()

    def probabilities(batch):
        enlarged = nn.functional.interpolate(batch, (size, size), mode="bilinear") * numbers["scale"] + numbers["offset"]
        images = enlarged.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)
        return model(images).softmax(1)

    def many():
        with torch.inference_mode():
            for batch in pixels.split(batch_size):
                (probabilities(batch) + probabilities(batch.flip(3))) / 2

    many()
    return info_of(model), lambda: {"figures": {"imagesPerSecond": faces / peer.seconds_of(many)}}


def info_of(model):
    counted = [each for name, each in model.state_dict().items() if not name.endswith("num_batches_tracked")]
    return {"versions": {"torch": torch.__version__}, "parameters": sum(each.numel() for each in counted)}


torch.set_num_threads(os.cpu_count())
peer.serve(lambda options: {"train": train, "predict": predict}[options["task"]](options))
