"""Keras: training, phase 1, prediction or augmentation, as the option `task` says."""

import os

import keras
import numpy as np
import tensorflow as tf

import keras_networks
import peer
from peer import seconds_of

VERSIONS = {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__}


def info_of(model):
    parameters = sum(weight.value.shape.num_elements() for weight in model.weights if "seed" not in weight.path)
    return {"versions": VERSIONS, "parameters": parameters}


def one_hot(size):
    return np.eye(peer.CLASSES, dtype=np.float32)[np.arange(size) % peer.CLASSES]


def noise_faces(size):
    pixels = np.random.default_rng(0).integers(0, 256, (size, peer.FACE, peer.FACE, 1))
    return pixels.astype(np.float32), one_hot(size)


def train(options):
    """All layers on one batch in memory, in graph mode."""
    size, batch_size = options["imageSize"], options["batchSize"]
    model = keras_networks.classifier(options["network"], size)
    for layer in model.layers:
        if options["frozen"] and isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
    keras_networks.compile_for_training(model)
    images = tf.random.uniform((batch_size, size, size, 3), -1, 1)
    targets = tf.constant(one_hot(batch_size))

    def take_steps(count):
        for _ in range(count):
            model.train_on_batch(images, targets)

    return info_of(model), peer.training(take_steps, options)


def train_head(options):
    """Phase 1 as usual in Keras: the frozen base runs in every epoch."""
    images, validation, epochs = options["images"], options["validation"], options["epochs"]
    model = keras_networks.classifier_of_faces(options["network"], options["imageSize"], mirrored=True)
    keras_networks.compile_for_training(model)
    pixels, targets = noise_faces(images + validation)
    trained, held = (pixels[:images], targets[:images]), (pixels[images:], targets[images:])
    batch_size = min(options["batchSize"], images)

    def fit(passes):
        model.fit(*trained, batch_size, passes, verbose=0, validation_data=held)

    # With both batch sizes of the phase, including the last batch of an epoch, so that nothing is traced later.
    fit(1)
    return info_of(model), lambda: {"figures": {"seconds": seconds_of(fit, epochs)}}


def predict(options):
    """Many faces with the mirrored view, by `predict`; one face, by a compiled call and by `predict`."""
    faces, calls, few = options["faces"], options["calls"], options["predictCalls"]
    model = keras_networks.classifier_of_faces(options["network"], options["imageSize"])
    pixels, _ = noise_faces(faces)
    compiled = tf.function(lambda face: model(face, training=False), jit_compile=False)

    def many():
        views = [pixels, pixels[:, :, ::-1]]
        logits = [model.predict(view, batch_size=options["batchSize"], verbose=0) for view in views]
        return np.mean([tf.nn.softmax(view).numpy() for view in logits], axis=0)

    def one(index):
        return compiled(tf.constant(pixels[index : index + 1])).numpy()

    def one_by_predict(index):
        return model.predict(pixels[index : index + 1], verbose=0)

    def milliseconds(work, count):
        return [1000 * seconds_of(work, i % faces) for i in range(count)]

    def repeat():
        return {
            "figures": {"imagesPerSecond": faces / seconds_of(many)},
            "samples": {"latency": milliseconds(one, calls), "predictLatency": milliseconds(one_by_predict, few)},
        }

    many()
    for work in (one, one_by_predict):
        milliseconds(work, 5)
    return info_of(model), repeat


def augmented_faces(options):
    """An endless tf.data pipeline with a Keras layer for each transform of this project."""
    layers, size = keras.layers, options["imageSize"]
    batch_size, cores = options["batchSize"], os.cpu_count()
    limits = {"fill_mode": "nearest"}
    # Before the images are enlarged: less work for Keras.
    transforms = [
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(18 / 360, **limits),
        layers.RandomZoom(0.15, **limits),
        layers.RandomTranslation(0.094, 0.094, **limits),
        layers.RandomShear(0.1, **limits),
        layers.RandomContrast(0.25, value_range=(0, 255)),
        layers.RandomBrightness(0.2, value_range=(0, 255)),
        layers.RandomErasing(0.25, scale=(0.02, 0.2), value_range=(0, 255)),
        layers.Resizing(size, size),
    ]
    mixup = layers.MixUp(options["mixupAlpha"])
    numbers = peer.NETWORKS[options["network"]]

    def augment(pixels, targets):
        for transform in transforms:
            pixels = transform(pixels, training=True)
        mixed = mixup({"images": pixels, "labels": targets}, training=True)
        normal = mixed["images"] * numbers["scale"] + numbers["offset"]
        return tf.concat([normal, normal, normal], -1), mixed["labels"]

    faces = tf.data.Dataset.from_tensor_slices(noise_faces(4 * batch_size))
    batches = faces.repeat().batch(batch_size, drop_remainder=True)
    return batches.map(augment, num_parallel_calls=cores).prefetch(2)


def augment(options):
    batches, ready = options["batches"], 2 + os.cpu_count()
    dataset = augmented_faces(options)

    def take(pipeline, count):
        for _ in range(count):
            next(pipeline)

    def repeat():
        # A new one each time: a waiting pipeline would fill its buffers while another side is measured.
        pipeline = iter(dataset)
        take(pipeline, ready)
        return {"figures": {"imagesPerSecond": batches * options["batchSize"] / seconds_of(take, pipeline, batches)}}

    repeat()
    return {"versions": VERSIONS}, repeat


TASKS = {"train": train, "head": train_head, "predict": predict, "augment": augment}

peer.serve(lambda options: TASKS[options["task"]](options))
