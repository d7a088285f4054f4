/** The name of a class of the model. In a packed package, `fer package` lists the names of its model here. */
export type Emotion = string;
