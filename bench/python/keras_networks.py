"""The networks in Keras: MobileNetV2 and ResNet50 from keras.applications, EfficientNet-Lite0 from layers."""

import keras
import peer

layers = keras.layers


def normalize(x, activation=True):
    x = layers.BatchNormalization(epsilon=1e-3, momentum=0.99)(x)
    return layers.ReLU(6.0)(x) if activation else x


def convolve(x, filters, kernel_size, strides=1, activation=True):
    x = layers.Conv2D(filters, kernel_size, strides, padding="same", use_bias=False)(x)
    return normalize(x, activation)


def inverted_residual(x, kernel_size, strides, expansion, filters):
    channels = x.shape[-1]
    expanded = x if expansion == 1 else convolve(x, channels * expansion, 1)
    filtered = layers.DepthwiseConv2D(kernel_size, strides, padding="same", use_bias=False)(expanded)
    projected = convolve(normalize(filtered), filters, 1, activation=False)
    return layers.Add()([x, projected]) if strides == 1 and channels == filters else projected


def backbone(network, size):
    """Images `[batch, size, size, 3]` to pooled features."""
    shape = (size, size, 3)
    ready = {"mobilenet-v2": keras.applications.MobileNetV2, "resnet50": keras.applications.ResNet50}
    if network in ready:
        return ready[network](include_top=False, weights=None, input_shape=shape, pooling="avg")
    image = keras.Input(shape)
    x = convolve(image, peer.NETWORKS[network]["stem"], 3, 2)
    for block in peer.blocks_of(network):
        x = inverted_residual(x, *block)
    x = convolve(x, peer.NETWORKS[network]["head"], 1)
    return keras.Model(image, layers.GlobalAveragePooling2D()(x))


def head(features):
    return layers.Dense(peer.CLASSES)(layers.Dropout(peer.DROPOUT)(features))


def classifier(network, size):
    """Normalized images to logits, as one flat model."""
    base = backbone(network, size)
    return keras.Model(base.input, head(base.output))


def classifier_of_faces(network, size, mirrored=False):
    """Grey faces of 48 x 48 pixels, 0 to 255, to logits; `mirrored` flips half of them in training."""
    base = backbone(network, size)
    base.trainable = False
    numbers = peer.NETWORKS[network]
    faces = keras.Input((peer.FACE, peer.FACE, 1))
    x = layers.RandomFlip("horizontal")(faces) if mirrored else faces
    x = layers.Resizing(size, size)(x)
    x = layers.Rescaling(numbers["scale"], numbers["offset"])(x)
    x = layers.Concatenate()([x, x, x])
    # In inference mode: batch normalization uses its moving statistics even while the head is trained.
    return keras.Model(faces, head(base(x, training=False)))


def compile_for_training(model):
    """The optimizer and loss of this project: AdamW, decay on kernels only, clipping by global norm, averaged weights."""
    regularization = {"weight_decay": peer.WEIGHT_DECAY, "global_clipnorm": peer.CLIP_NORM}
    average = {"use_ema": True, "ema_momentum": peer.AVERAGE_DECAY}
    optimizer = keras.optimizers.AdamW(peer.LEARNING_RATE, **regularization, **average)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=peer.LABEL_SMOOTHING)
    # XLA makes these networks seven times slower.
    model.compile(optimizer, loss, metrics=["accuracy"], jit_compile=False)
