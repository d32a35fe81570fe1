/** What a page that has taken in some reports sends for the next. */
export const MORE = 'more';
