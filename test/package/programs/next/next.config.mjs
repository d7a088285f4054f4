export default { serverExternalPackages: ['fer-emotion-model', '@tensorflow/tfjs'] };
