import { isVisible, releaseStates } from '@waybill/domain';

/** The states whose releases clients may see. */
export const visibleStates = releaseStates.filter(isVisible);
