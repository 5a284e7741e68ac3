import { BACNET_SUBJECT } from "./bacnet-subject.ts";
import { conformance } from "./suite.ts";

conformance(BACNET_SUBJECT);
