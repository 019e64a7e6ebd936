/** Who starred is named in a document up to this number; the first to star come first. */
export const maxShownStars = 1000;
