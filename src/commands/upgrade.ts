import { runBackup } from '../backup/run-backup.ts';
import { acceptForUpgrade } from '../backup/verified.ts';
import { connect } from '../connect.ts';
import { approve } from '../plan/approved.ts';
