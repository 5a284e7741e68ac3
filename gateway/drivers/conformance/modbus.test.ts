import { MODBUS_SUBJECTS } from "./modbus-subject.ts";
import { conformance } from "./suite.ts";

for (const subject of MODBUS_SUBJECTS) conformance(subject);
